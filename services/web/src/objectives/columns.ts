import type { Schema } from '../api'

type Objective = Schema['TreeObjective']

/** What can stand beside an objective's title, in this order, and how wide it is. */
export const COLUMNS = {
  ref: 96,
  owner: 150,
  team: 120,
  status: 120,
  progress: 160,
  pace: 92,
  confidence: 96,
  coverage: 92,
  key_results: 92,
  grade: 80,
} as const
export type Column = keyof typeof COLUMNS

/** Where what was then and what is now stand in one cell. */
export const COMPARED: Partial<Record<Column, number>> = { status: 232, progress: 210 }

const USUAL: readonly Column[] = ['owner', 'team', 'status', 'progress']

const isColumn = (name: string): name is Column => name in COLUMNS

/** The columns that an address names; those that one usually wants where it names none that there is. */
export function columnsOf(named: string | undefined): readonly Column[] {
  const wanted = new Set(named?.split(',').filter(isColumn))
  return wanted.size === 0 ? USUAL : (Object.keys(COLUMNS) as Column[]).filter((it) => wanted.has(it))
}

/** How an address names columns; undefined: the usual ones. */
export function namesOf(columns: readonly Column[]): string | undefined {
  const named = columnsOf(columns.join()).join()
  return named === USUAL.join() ? undefined : named
}

/** By what siblings are in order; `-progress` in the address: the highest first. */
export type Sort = { by: Column | 'title'; descending: boolean }

export function sortOf(named: string | undefined): Sort | null {
  const by = named?.replace(/^-/, '') ?? ''
  return by === 'title' || isColumn(by) ? { by, descending: named?.startsWith('-') === true } : null
}

export function nameOf({ by, descending }: Sort): string {
  return descending ? `-${by}` : by
}

/** The order that follows when one asks again for the order by a column: up, down, none. */
export function nextSort(before: Sort | null, by: Sort['by']): Sort | null {
  if (before?.by !== by) return { by, descending: false }
  return before.descending ? null : { by, descending: true }
}

const BY_URGENCY: readonly Schema['ProgressStatus'][] = ['at_risk', 'behind', 'not_started', 'on_track', 'achieved']

/** What siblings are compared by: what there is none of comes last in either order. */
export function inOrder({ by, descending }: Sort, language: string): (a: Objective, b: Objective) => number {
  const words = new Intl.Collator(language, { numeric: true, sensitivity: 'base' })
  const value = (it: Objective): string | number | null => {
    if (by === 'title' || by === 'ref') return it[by]
    if (by === 'owner') return it.owner?.name ?? null
    if (by === 'team') return it.team?.name ?? null
    if (by === 'status') return it.status && BY_URGENCY.indexOf(it.status)
    return by === 'key_results' ? it.key_results.length : it[by]
  }
  return (a, b) => {
    const [one, other] = [value(a), value(b)]
    if (one === null || other === null) return Number(one === null) - Number(other === null)
    const compared =
      typeof one === 'string' || typeof other === 'string' ? words.compare(String(one), String(other)) : one - other
    return descending ? -compared : compared
  }
}
