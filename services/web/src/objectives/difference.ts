import type { Schema } from '../api'
import { parentOf } from './rows'

type Objective = Schema['TreeObjective']

/** What may have become of an objective since then; one may be several of them. */
export const KINDS = ['progress', 'status', 'goalposts', 'moved', 'ended', 'appeared', 'gone'] as const
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
    ['goalposts', aimsElsewhere(then, now)],
    ['moved', parentOf(then) !== parentOf(now)],
    ['ended', !ended(then) && ended(now)],
  ]
  return new Set(kinds.flatMap(([kind, is]) => (is ? [kind] : [])))
}

/** Whether an objective's days were moved, or what a key result aims at that it had then and has now. */
function aimsElsewhere(then: Objective, now: Objective): boolean {
  if (then.start_day !== now.start_day || then.due_day !== now.due_day) return true
  const before = new Map(then.key_results.map((it) => [it.id, it]))
  return now.key_results.some((it) => {
    const was = before.get(it.id)
    return was !== undefined && (AIMS.some((aim) => was[aim] !== it[aim]) || stepsOf(was) !== stepsOf(it))
  })
}

type KeyResult = Objective['key_results'][number]
const AIMS = ['start', 'target', 'low', 'high', 'mode', 'commit', 'stretch'] as const

/** On the way to what it aims at: its milestones, done or not, and its plan. */
function stepsOf({ milestones, plan }: KeyResult): string {
  if (milestones === null && plan.length === 0) return ''
  return JSON.stringify([plan, milestones?.map(({ title, weight, due_day }) => [title, weight, due_day])])
}

/** As it is shown: a change that nobody could see is none. */
function percent({ progress }: Objective): number | null {
  return progress === null ? null : Math.floor(Math.min(1, Math.max(0, progress)) * 100)
}
