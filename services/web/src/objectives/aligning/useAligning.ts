import { useMemo, useRef, useState } from 'react'
import { body, client, useCommand, type Schema } from '../../api'
import { useMayChange } from '../../time-travel'
import type { Row } from '../rows'
import {
  aligned,
  isMovable,
  obstacleTo,
  placeOf,
  presentPlace,
  type Aligning,
  type Obstacle,
  type Place,
} from './places'

type Objective = Schema['TreeObjective']

/** What was aligned last, and where it stood before; undefined: where it cannot be brought back. */
type Last = { done: Aligning; before: Place | undefined }

/** Why it was not aligned so, before the gateway was asked. */
export type Refused = { title: string; to: Place; obstacle: NonNullable<Obstacle> }

/** What stays where it was, since the gateway refused it, or was not there. */
type Failed = { title: string; error: Error }

export type Aligner = ReturnType<typeof useAligning>

/** Aligns objectives of the tree under others: one is taken, then put somewhere. It is shown there at once, and stands where it stood again where the gateway refuses it. */
export function useAligning(objectives: readonly Objective[]) {
  const mayChange = useMayChange()
  const [taken, setTaken] = useState<Objective | null>(null)
  const [last, setLast] = useState<Last | null>(null)
  const [refused, setRefused] = useState<Refused | null>(null)
  const [failed, setFailed] = useState<Failed | null>(null)
  const [underWay, setUnderWay] = useState<readonly Aligning[]>([])
  const before = useRef(Promise.resolve<unknown>(null)) // one after the other: a quick undo comes after what it undoes
  const align = useCommand(({ id, to }: Aligning, header) => {
    const params = { path: { ref: id }, header }
    const said = to?.keyResult ? { key_result: to.keyResult.id } : { objective: to?.objective.id ?? null }
    const sent = before.current.then(() => body(client.PUT('/v1/objectives/{ref}/parent', { params, body: said })))
    before.current = sent.catch(() => null)
    return sent
  })
  const send = (said: Aligning) => {
    setUnderWay((others) => [...others, said])
    const settled = () => setUnderWay((all) => all.filter((it) => it !== said))
    align.mutateAsync(said).then(settled, (error: unknown) => {
      settled()
      setFailed({ title: said.title, error: error as Error }) // whatever else was aligned, or taken, meanwhile
      setLast((it) => (it?.done === said ? null : it))
    })
  }
  const shown = useMemo(() => underWay.reduce(aligned, objectives), [objectives, underWay])

  const forget = () => {
    setFailed(null)
    setLast(null)
    setRefused(null)
  }
  const isTakable = (it: Objective) => mayChange && isMovable(it)
  const take = (it: Objective) => {
    if (!isTakable(it)) return
    forget()
    setTaken(it)
  }
  const obstacle = (to: Row | null) => taken && obstacleTo(taken, to, shown)
  const put = (row: Row | null) => {
    if (taken === null) return
    const to = row && placeOf(row)
    const why = obstacle(row)
    if (why !== null) return setRefused({ title: taken.title, to, obstacle: why })
    const done = { id: taken.id, title: taken.title, to }
    setRefused(null)
    setTaken(null)
    setLast({ done, before: presentPlace(taken) })
    send(done)
  }
  const undo = () => {
    if (last?.before === undefined) return
    const { done, before } = last
    const undone = { ...done, to: before }
    setLast({ done: undone, before: done.to })
    send(undone)
  }
  const leave = () => {
    setTaken(null)
    setRefused(null)
  }
  return {
    objectives: shown,
    taken,
    last,
    refused,
    failed,
    isTakable,
    obstacle,
    take,
    put,
    undo,
    leave,
    forget,
  }
}
