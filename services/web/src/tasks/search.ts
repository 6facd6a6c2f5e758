import type { Schema } from '../api'

type State = Schema['TaskState']

/** What the address of the tasks says: whose, which of them, which one is open beside them, and which week of one's own time is told. */
export type TaskSearch = {
  /** Left out: those that one has. */
  whose?: 'given'
  due?: 'week' | 'overdue'
  /** Left out: what is open. */
  state?: Exclude<State, 'open'>
  priority?: Schema['Priority']
  open?: string
  /** A Monday; left out: the present week. */
  week?: string
}

const oneOf = <Word extends string>(value: unknown, words: readonly Word[]) => words.find((it) => it === value)

export function taskSearch(search: Record<string, unknown>): TaskSearch {
  return {
    whose: oneOf(search.whose, ['given']),
    due: oneOf(search.due, ['week', 'overdue']),
    state: oneOf(search.state, ['done', 'cancelled']),
    priority: oneOf(search.priority, ['high', 'normal', 'low']),
    open: typeof search.open === 'string' && search.open !== '' ? search.open : undefined,
    week: typeof search.week === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(search.week) ? search.week : undefined,
  }
}

/** Every task of whoever's they are: no filter is set. */
export const EVERY = { due: undefined, state: undefined, priority: undefined } satisfies Partial<TaskSearch>

export function isFiltered({ due, state, priority }: TaskSearch): boolean {
  return [due, state, priority].some((it) => it !== undefined)
}
