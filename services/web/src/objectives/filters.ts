import type { Schema } from '../api'
import { columnsOf, sortOf, type Column, type Sort } from './columns'
import { KINDS, type Difference, type Kind } from './difference'

type Objective = Schema['TreeObjective']

const STATUSES = [
  'not_started',
  'on_track',
  'behind',
  'at_risk',
  'achieved',
] as const satisfies readonly Schema['ProgressStatus'][]

export const STATES = ['draft', 'active', 'closed', 'cancelled'] as const satisfies readonly Schema['ObjectiveState'][]

/** What one looks for in the tree. */
export type Wanted = {
  text?: string
  status?: Schema['ProgressStatus']
  team?: string
  owner?: string
  state?: Schema['ObjectiveState']
  mine?: boolean
  pillar?: string
  label?: string
  due_before?: string
  /** Only what became so since then, where the page looks at the past. */
  since?: Kind
}

/** What the address of the tree says: which cycle, what to show of it and how, and which objective is open beside it. */
export type TreeSearch = Wanted & {
  cycle?: string
  open?: string
  columns?: string
  sort?: string
  /** Every key result has a row of its own. */
  key_results?: boolean
  /** False: what is different from then to now is not marked. */
  differences?: boolean
}

/** Nothing is looked for: the whole tree. */
export const EVERYTHING: Record<keyof Wanted, undefined> = {
  text: undefined,
  status: undefined,
  team: undefined,
  owner: undefined,
  state: undefined,
  mine: undefined,
  pillar: undefined,
  label: undefined,
  due_before: undefined,
  since: undefined,
}

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
const dayOf = (value: unknown) => (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined)

export function treeSearch(search: Record<string, unknown>): TreeSearch {
  return {
    cycle: textOf(search.cycle),
    text: typeof search.text === 'number' ? String(search.text) : textOf(search.text),
    status: STATUSES.find((it) => it === search.status),
    team: textOf(search.team),
    owner: textOf(search.owner),
    state: STATES.find((it) => it === search.state),
    mine: search.mine === true ? true : undefined,
    pillar: textOf(search.pillar),
    label: textOf(search.label),
    due_before: dayOf(search.due_before),
    since: KINDS.find((it) => it === search.since),
    open: textOf(search.open),
    columns: textOf(search.columns),
    sort: textOf(search.sort),
    key_results: search.key_results === true ? true : undefined,
    differences: search.differences === false ? false : undefined,
  }
}

/** The columns and the order that the address says. */
export function shownAs({ columns, sort }: TreeSearch): { columns: readonly Column[]; sort: Sort | null } {
  return { columns: columnsOf(columns), sort: sortOf(sort) }
}

export function isFiltered(search: TreeSearch): boolean {
  return Object.keys(EVERYTHING).some((name) => search[name as keyof Wanted] !== undefined)
}

type Known = {
  /** Who looks: theirs is "mine". */
  me: string | null
  /** What the gateway found by what the tree does not say of itself; null: nothing was asked. */
  found: ReadonlySet<string> | null
  difference: Difference | null
}

/** Whether an objective is what one looks for; undefined: nothing is looked for, the whole tree is shown. */
export function filterOf(
  search: TreeSearch,
  { me, found, difference }: Known,
): ((it: Objective) => boolean) | undefined {
  if (!isFiltered(search)) return undefined
  const { text, status, team, owner, state, mine, since } = search
  const words = text?.toLowerCase()
  return (it) =>
    (words === undefined || it.title.toLowerCase().includes(words) || it.ref.toLowerCase() === words) &&
    (status === undefined || it.status === status) &&
    (team === undefined || it.team?.name === team) &&
    (owner === undefined || it.owner?.id === owner) &&
    (state === undefined || it.state === state) &&
    (since === undefined || difference === null || difference.changes.get(it.id)?.kinds.has(since) === true) &&
    (found === null || found.has(it.id)) &&
    (mine === undefined ||
      it.owner?.id === me ||
      it.key_results.some((own) => own.owners.some((each) => each.person.id === me)))
}
