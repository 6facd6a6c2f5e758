import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { askAgain, body, client, get, Problem } from '../api'
import { newObjective } from './bodies'
import { draftOf, isEmpty, type Draft } from './draft'
import { errorsOf, type Checked } from './fieldErrors'
import type { Editing } from './kept'
import { rebase } from './rebase'
import { stepsOf, type Step } from './steps'

/** What saving is for: a draft that stays one (or an active objective that stays active), one that begins, one that is to be approved. */
export type Intent = 'keep' | 'activate' | 'submit'
export type Wish = { intent: Intent; holdsFrom: string; comment: string }

type Header = { 'Idempotency-Key': string; 'If-Match'?: string }
type Done = { id: string; version: number }

/** A command failed: at which place of the form, and what was done before it. */
class Stopped extends Error {
  readonly problem: unknown
  readonly place: string
  constructor(problem: unknown, place: string) {
    super('a command failed')
    this.problem = problem
    this.place = place
  }
}

/** What the form shows of a save that failed. `saved`: something of it was done, or all of it but for the last command. */
export type Failure = Checked & { problem: Error; saved: boolean }

type Place = {
  id: string | null
  editing: Editing
  setEditing: (change: (before: Editing) => Editing) => void
  onSaved: (id: string, intent: Intent) => void
}

/**
 * Saves what was typed. A new objective goes with its key results in one request; an edit is one command after the other, each at the
 * version that the one before it made. Sent again after a failure each bears its key again, so nothing is done twice.
 */
export function useSave({ id, editing, setEditing, onSaved }: Place) {
  const queries = useQueryClient()
  const keys = useRef(new Map<string, string>())
  const [made, setMade] = useState(id)
  const [failure, setFailure] = useState<Failure | null>(null)
  const keyed = (said: unknown): { 'Idempotency-Key': string } => {
    const text = JSON.stringify(said)
    const key = keys.current.get(text) ?? crypto.randomUUID()
    keys.current.set(text, key)
    return { 'Idempotency-Key': key }
  }
  const present = (objective: string) =>
    queries.query({ ...get('/v1/objectives/{ref}', { path: { ref: objective } }), staleTime: 0 })

  /** What is there now becomes what further edits are compared with. */
  const adopt = async (objective: string, defined: ReadonlyMap<string, string>) => {
    const now = await present(objective)
    setEditing(({ draft }) => ({ draft: withIds(draft, defined), base: draftOf(now), version: now.version }))
  }

  /** After a failure; where somebody else has changed it, the differences are shown in its place. */
  const readAgain = async (objective: string, defined: ReadonlyMap<string, string>, stale: boolean) => {
    if (!stale) return adopt(objective, defined)
    const now = await present(objective)
    const theirs = draftOf(now)
    // On top goes what is typed by now, also while it was being saved.
    setEditing(({ draft, base }) => ({
      ...rebase(base, withIds(draft, defined), theirs),
      base: theirs,
      version: now.version,
    }))
    setFailure(null)
  }

  const edit = async (objective: string, draft: Draft, wish: Wish, defined: Map<string, string>) => {
    let version = editing.version
    for (const step of stepsOf(editing.base, draft, wish.holdsFrom)) {
      const header: Header = { ...keyed({ step, version }), 'If-Match': `"${version}"` }
      try {
        const done = await perform(step, objective, header)
        version = done.version
        if (step.does === 'define') defined.set(step.key, done.id)
      } catch (problem) {
        throw new Stopped(problem, step.place)
      }
    }
  }

  const save = async (wish: Wish): Promise<string> => {
    // Empty key results are not sent, and stay in the form in case it is refused.
    const draft = { ...editing.draft, keyResults: editing.draft.keyResults.filter((each) => !isEmpty(each)) }
    setFailure(null)
    setEditing(({ draft, base, version }) => ({ draft, base, version }))
    const defined = new Map<string, string>()
    let objective = made
    try {
      if (objective === null) {
        const said = newObjective(draft)
        const done = await body(client.POST('/v1/objectives', { params: { header: keyed(said) }, body: said }))
        objective = done.id
        setMade(objective)
      } else await edit(objective, draft, wish, defined)
      await begin(objective, wish, keyed({ wish, objective, draft }))
      keys.current.clear()
      return objective
    } catch (stopped) {
      const problem = stopped instanceof Stopped ? stopped.problem : stopped
      const place = stopped instanceof Stopped ? stopped.place : ''
      const saved = objective !== null && (made === null || !(stopped instanceof Stopped))
      setFailure({ problem: problem as Error, errors: errorsOf(problem, place), of: draft, saved })
      if (objective !== null && (problem instanceof Problem || defined.size > 0)) {
        await readAgain(objective, defined, isStale(problem)).catch(() => undefined) // the failure is told already
      }
      throw problem
    }
  }

  const saving = useMutation<string, Error, Wish>({
    mutationFn: save,
    onSuccess: async (objective, { intent }) => {
      onSaved(objective, intent)
      await askAgain(queries)
    },
  })
  return { save: saving.mutate, saving: saving.isPending, failure, made }
}

function isStale(problem: unknown): boolean {
  return problem instanceof Problem && problem.status === 412
}

function withIds(draft: Draft, defined: ReadonlyMap<string, string>): Draft {
  return { ...draft, keyResults: draft.keyResults.map((it) => ({ ...it, id: it.id ?? defined.get(it.key) ?? null })) }
}

/** Nothing prefers a representation: the answer says what was done, at which version. */
async function perform(step: Step, objective: string, header: Header): Promise<Done> {
  return (await sent(step, objective, header)) as Done
}

function sent(step: Step, objective: string, header: Header): Promise<object> {
  switch (step.does) {
    case 'revise':
      return body(
        client.PATCH('/v1/objectives/{ref}', { params: { path: { ref: objective }, header }, body: step.body }),
      )
    case 'define':
      return body(
        client.POST('/v1/objectives/{ref}/key-results', {
          params: { path: { ref: objective }, header },
          body: step.body,
        }),
      )
    case 'change':
      return body(
        client.PATCH('/v1/key-results/{ref}', { params: { path: { ref: step.id }, header }, body: step.body }),
      )
    case 'cancel':
      return body(
        client.POST('/v1/key-results/{ref}/cancel', { params: { path: { ref: step.id }, header }, body: step.body }),
      )
    case 'align':
      return body(
        client.PUT('/v1/objectives/{ref}/parent', { params: { path: { ref: objective }, header }, body: step.body }),
      )
  }
}

/** What comes after everything is saved: it begins, or whoever approves it is asked. */
async function begin(objective: string, { intent, comment }: Wish, header: Header): Promise<object | null> {
  const params = { path: { ref: objective }, header }
  if (intent === 'activate') return body(client.POST('/v1/objectives/{ref}/activate', { params, body: {} }))
  if (intent === 'submit') return body(client.POST('/v1/objectives/{ref}/submit', { params, body: { comment } }))
  return null
}
