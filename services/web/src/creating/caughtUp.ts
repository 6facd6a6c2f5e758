import type { Schema } from '../api'
import { draftOf, type Draft, type KeyResultDraft } from './draft'
import type { Editing } from './kept'
import { rebase } from './rebase'

/** Key results that saving has defined: as they were sent, with their ids, by their keys in the form. */
type Defined = ReadonlyMap<string, KeyResultDraft>

/** What is typed on top of what is there now, which further edits are compared with. */
export function caughtUp({ draft, base }: Editing, now: Schema['Objective'], defined: Defined): Editing {
  const theirs = draftOf(now)
  const from = { ...base, keyResults: [...base.keyResults, ...defined.values()] }
  const mine = draft.keyResults.map((each) => ({ ...each, id: each.id ?? defined.get(each.key)?.id ?? null }))
  return { ...rebase(from, { ...draft, keyResults: mine }, theirs), base: theirs, version: now.version }
}

/** The same of a new objective, by what was sent: its key results come back in the order in which they went. */
export function caughtUpWithNew(editing: Editing, now: Schema['Objective'], sent: Draft): Editing {
  const ids = draftOf(now).keyResults.map((each) => each.id)
  const defined = new Map(sent.keyResults.map((each, place) => [each.key, { ...each, id: ids[place] ?? null }]))
  return caughtUp({ ...editing, base: { ...sent, keyResults: [] } }, now, defined)
}
