import type { Schema } from '../api'

const STATUSES = [
  'not_started',
  'on_track',
  'behind',
  'at_risk',
  'achieved',
] as const satisfies readonly Schema['ProgressStatus'][]

/** What the address of the tree says: which cycle, what to show of it, and which objective is open beside it. */
export type TreeSearch = {
  cycle?: string
  text?: string
  status?: Schema['ProgressStatus']
  team?: string
  mine?: boolean
  open?: string
}

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

export function treeSearch(search: Record<string, unknown>): TreeSearch {
  return {
    cycle: textOf(search.cycle),
    text: textOf(search.text),
    status: STATUSES.find((it) => it === search.status),
    team: textOf(search.team),
    mine: search.mine === true ? true : undefined,
    open: textOf(search.open),
  }
}

/** Whether an objective is what one looks for; undefined: nothing is looked for, the whole tree is shown. */
export function filterOf(
  { text, status, team, mine }: TreeSearch,
  me: string | null,
): ((it: Schema['TreeObjective']) => boolean) | undefined {
  if (text === undefined && status === undefined && team === undefined && mine === undefined) return undefined
  const words = text?.toLowerCase()
  return (it) =>
    (words === undefined || it.title.toLowerCase().includes(words) || it.ref.toLowerCase() === words) &&
    (status === undefined || it.status === status) &&
    (team === undefined || it.team?.name === team) &&
    (mine === undefined ||
      it.owner?.id === me ||
      it.key_results.some((own) => own.owners.some((each) => each.person.id === me)))
}
