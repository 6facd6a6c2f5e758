import type { Schema } from '../api'
import { parentOf } from './rows'

type Objective = Schema['TreeObjective']

/** What may have become of an objective since then; one may be several of them. */
export const KINDS = ['progress', 'status', 'moved', 'ended', 'appeared', 'gone'] as const
export type Kind = (typeof KINDS)[number]

/** An objective then and now. `then` null: it appeared since; `now` null: it is gone. */
export type Change = { kinds: ReadonlySet<Kind>; then: Objective | null; now: Objective | null }

export type Difference = {
  /** Of each objective that is another now. */
  changes: ReadonlyMap<string, Change>
  /** Those of then, with those that appeared since where they are now. */
  objectives: readonly Objective[]
  counts: ReadonlyMap<Kind, number>
}

/** What is different from then to now in a tree. */
export function differenceOf(then: readonly Objective[], now: readonly Objective[]): Difference {
  const before = new Map(then.map((it) => [it.id, it]))
  const after = new Map(now.map((it) => [it.id, it]))
  const appeared = now.filter((it) => !before.has(it.id))
  const changes = new Map<string, Change>()
  const counts = new Map<Kind, number>()
  for (const it of [...then, ...appeared]) {
    const change = { then: before.get(it.id) ?? null, now: after.get(it.id) ?? null }
    const kinds = kindsOf(change.then, change.now)
    if (kinds.size > 0) changes.set(it.id, { ...change, kinds })
    kinds.forEach((kind) => counts.set(kind, (counts.get(kind) ?? 0) + 1))
  }
  return { changes, objectives: [...then, ...appeared], counts }
}

function kindsOf(then: Objective | null, now: Objective | null): ReadonlySet<Kind> {
  if (then === null) return new Set(['appeared'])
  if (now === null) return new Set(['gone'])
  const ended = (it: Objective) => it.state === 'closed' || it.state === 'cancelled'
  const kinds: [Kind, boolean][] = [
    ['progress', percent(then) !== percent(now)],
    ['status', then.status !== now.status],
    ['moved', parentOf(then) !== parentOf(now)],
    ['ended', !ended(then) && ended(now)],
  ]
  return new Set(kinds.flatMap(([kind, is]) => (is ? [kind] : [])))
}

/** As it is shown: a change that nobody could see is none. */
function percent({ progress }: Objective): number | null {
  return progress === null ? null : Math.floor(Math.min(1, Math.max(0, progress)) * 100)
}
