import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { askAgain, body, client, get, Problem } from '../api'
import { newObjective } from './bodies'
import { caughtUp, caughtUpWithNew } from './caughtUp'
import { isEmpty, type Draft, type KeyResultDraft } from './draft'
import { errorsOf, type Checked } from './fieldErrors'
import type { Editing } from './kept'
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
  // What was done and not read since: key results that were defined, and a new objective as it was sent.
  const defined = useRef(new Map<string, KeyResultDraft>())
  const unread = useRef<Draft | null>(null)
  const [made, setMade] = useState(id)
  const [failure, setFailure] = useState<Failure | null>(null)
  const keyed = (said: unknown): { 'Idempotency-Key': string } => {
    const text = JSON.stringify(said)
    const key = keys.current.get(text) ?? crypto.randomUUID()
    keys.current.set(text, key)
    return { 'Idempotency-Key': key }
  }

  /** What is there now becomes what further edits are compared with; what is typed by then, also during a save, stays on top of it. */
  const catchUp = async (objective: string, stale = false): Promise<Editing> => {
    const now = await queries.query({ ...get('/v1/objectives/{ref}', { path: { ref: objective } }), staleTime: 0 })
    const [sent, before] = [unread.current, defined.current]
    unread.current = null
    defined.current = new Map()
    const onTop = (typed: Editing): Editing => {
      const caught = sent === null ? caughtUp(typed, now, before) : caughtUpWithNew(typed, now, sent)
      return stale ? caught : withoutConflicts(caught)
    }
    setEditing(onTop)
    return onTop(editing)
  }

  const create = async (draft: Draft): Promise<string> => {
    const said = newObjective(draft)
    const done = await body(client.POST('/v1/objectives', { params: { header: keyed(said) }, body: said }))
    unread.current = draft
    setMade(done.id)
    return done.id
  }

  const edit = async (objective: string, { draft, base, version: first }: Editing, wish: Wish) => {
    let version = first
    for (const step of stepsOf(base, draft, wish.holdsFrom)) {
      const header: Header = { ...keyed({ step, version }), 'If-Match': `"${version}"` }
      try {
        const done = await perform(step, objective, header)
        version = done.version
        if (step.does !== 'define') continue
        const sent = draft.keyResults.find((each) => each.key === step.key)
        if (sent !== undefined) defined.current.set(step.key, { ...sent, id: done.id })
      } catch (problem) {
        throw new Stopped(problem, step.place)
      }
    }
  }

  const save = async (wish: Wish): Promise<string> => {
    setFailure(null)
    setEditing(withoutConflicts)
    let [objective, now, saved] = [made, sendable(editing), false]
    try {
      if (objective === null) {
        objective = await create(now.draft)
        saved = true
        if (wish.intent !== 'keep') now = sendable(await catchUp(objective))
      } else {
        if (now.version === null) now = sendable(await catchUp(objective)) // it was made, and could not be read then
        await edit(objective, now, wish)
        saved = true
      }
      await begin(objective, wish, keyed({ wish, objective, draft: now.draft }))
      keys.current.clear()
      return objective
    } catch (stopped) {
      const { problem, place } = stopped instanceof Stopped ? stopped : { problem: stopped, place: '' }
      setFailure({ problem: problem as Error, errors: errorsOf(problem, place), of: now.draft, saved })
      if (objective !== null && (saved || isRefused(problem))) {
        await readAgain(objective, isStale(problem)).catch(() => undefined) // the failure is told already
      }
      throw problem
    }
  }

  /** Where somebody else has changed it meanwhile, the differences are shown in place of the failure. */
  const readAgain = async (objective: string, stale: boolean) => {
    await catchUp(objective, stale)
    if (stale) setFailure(null)
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

/** It was not done. Where nobody knows whether it was, the same is sent again with the same key. */
function isRefused(problem: unknown): boolean {
  return problem instanceof Problem && problem.status >= 400 && problem.status < 500
}

function withoutConflicts({ draft, base, version }: Editing): Editing {
  return { draft, base, version }
}

/** Empty key results are not sent, and stay in the form in case it is refused. */
function sendable(editing: Editing): Editing {
  const { draft } = editing
  return { ...editing, draft: { ...draft, keyResults: draft.keyResults.filter((each) => !isEmpty(each)) } }
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
