import type { QueryClient } from '@tanstack/react-query'
import { get, type Change, type Schema } from '../api'
import { PAGE, TREE } from './queries'

type TreeObjective = Schema['TreeObjective']

/** More changes at a time are an import, or a closing: the trees are asked for anyway. */
const MOST = 20

/**
 * Puts what a change speaks of into the trees of more than a page that show it, before they are asked for whole: that takes seconds of ten
 * thousand objectives, and others shall see a check-in within one.
 */
export async function freshenTrees(queries: QueryClient, changes: readonly Change[]): Promise<void> {
  const changed = new Set(changes.map((it) => it.objective_id ?? (it.kind === 'objective' ? it.id : null)))
  const shows = (rows: readonly TreeObjective[] | undefined) =>
    rows !== undefined && rows.length > PAGE && rows.some(({ id }) => changed.has(id))
  const trees = queries
    .getQueryCache()
    .findAll({ type: 'active', predicate: ({ queryKey }) => queryKey[0] === TREE && isOfToday(queryKey.at(-1)) })
    .filter((it) => shows(it.state.data as TreeObjective[] | undefined))
  if (trees.length === 0 || changed.size > MOST) return
  const ask = (ref: string) => queries.query({ ...get('/v1/objectives/{ref}', { path: { ref } }), staleTime: 0 })
  const refs = [...changed].filter((it) => it !== null)
  const told = await Promise.all(refs.map((it) => ask(it).catch(() => null))) // what one may not see is told as gone
  for (const { queryKey } of trees)
    queries.setQueryData<readonly TreeObjective[]>(queryKey, (rows) => rows && told.reduce(withIt, rows))
}

/** The tree with an objective as it is now; the same where it stands elsewhere now, or is not in it. */
export function withIt(
  rows: readonly TreeObjective[],
  objective: Schema['Objective'] | null,
): readonly TreeObjective[] {
  const place = rows.findIndex(({ id }) => id === objective?.id)
  const row = rows[place]
  if (row === undefined || objective === null || above(row) !== above(objective)) return rows
  return rows.with(place, { ...row, ...objective, depth: row.depth })
}

const above = ({ parent }: Pick<TreeObjective, 'parent'>) => parent?.objective?.id ?? parent?.key_result?.id

function isOfToday(instants: unknown): boolean {
  return typeof instants === 'object' && instants !== null && Object.values(instants).every((it) => it === undefined)
}
