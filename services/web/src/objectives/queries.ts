import { keepPreviousData, queryOptions, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import {
  get,
  instantsFor,
  MOST_CYCLES,
  sameQuestion,
  useGet,
  useLooked,
  type Answer,
  type Instants,
  type Schema,
} from '../api'
import { useIsConnectionLost } from '../live/connection'
import { useIsOperator } from '../sign-in/roles'
import { innermostOn, type Day } from '../time-travel'
import { FIRST_PAGE, followedFrom, readWhole, type FollowedTree } from './following'

const ALL_CYCLES = { query: { limit: MOST_CYCLES } }

/** The cycles, the newest first; an operator is of no company and has none. */
export function useCycles() {
  return useGet('/v1/cycles', ALL_CYCLES, { enabled: !useIsOperator() })
}

/** The cycle that one means unless one says so. Today: the innermost that is at work, else in review, else the newest. In the past: the innermost of that day. */
export function presentCycle(cycles: readonly Schema['Cycle'][], day?: Day): Schema['Cycle'] | undefined {
  const newestFirst = [...cycles].sort((a, b) => (b.first_day ?? '').localeCompare(a.first_day ?? ''))
  const ofThatDay = day === undefined ? undefined : innermostOn(day, cycles)
  const inState = (state: Schema['CycleState']) => newestFirst.find((it) => it.state === state)
  return ofThatDay ?? inState('active') ?? inState('review') ?? newestFirst[0]
}

/** The cycle that an address names, by id or name; where it names none, the present one, or that of a day. */
export function chosenCycle(
  cycles: readonly Schema['Cycle'][],
  named: string | undefined,
  day?: Day,
): Schema['Cycle'] | undefined {
  if (named === undefined) return presentCycle(cycles, day)
  return cycles.find((it) => it.id === named || it.name === named)
}

const firstPageOf = (cycle: string, of?: Instants) => get('/v1/tree', { query: { cycle, limit: FIRST_PAGE } }, of)

/** A cycle's whole tree, parents before children. Of today it is read once, and then by what has changed in it. */
function treeQuery(cycle: string, of?: Instants) {
  const first = firstPageOf(cycle, of)
  const isOfNow = Object.keys(first.queryKey[2]).length === 0
  const queryKey = ['whole tree', ...first.queryKey] as const
  return queryOptions({
    queryKey,
    queryFn: async ({ client: queries }): Promise<FollowedTree> => {
      const kept = isOfNow ? queries.getQueryData<FollowedTree>(queryKey) : undefined
      const followed = kept && (await followedFrom(kept, cycle))
      return followed ?? readWhole(cycle, of, (page) => queries.setQueryData(first.queryKey, page))
    },
    select: objectivesOf,
    structuralSharing: false, // changes leave the rest as it is by themselves, and to hold thousands of rows against others takes long
  })
}

const objectivesOf = ({ objectives }: FollowedTree) => objectives

export function useTree(cycle: string = '') {
  const of = useLooked()
  const asked = treeQuery(cycle, of)
  return useQuery({ ...asked, placeholderData: sameQuestion(asked.queryKey), enabled: cycle !== '' })
}

/** What there is of a tree while its further pages are on their way, and how many objectives it will have. */
export function useTreeBegins(cycle: string = '') {
  const of = useLooked()
  return useQuery({ ...firstPageOf(cycle, of), enabled: false }).data // who asks for the whole tree asks for it
}

/** Asks for what the page will ask for, while its code is on its way: neither waits for the other. */
export async function askAhead(queries: QueryClient, search: { cycle?: string; as_of?: Day }): Promise<void> {
  const cycles = await queries.query({ ...get('/v1/cycles', ALL_CYCLES), staleTime: AHEAD })
  const cycle = chosenCycle(cycles.items, search.cycle, search.as_of)?.id
  if (cycle !== undefined) await queries.query({ ...treeQuery(cycle, instantsFor('/v1/tree')), staleTime: AHEAD })
}

const AHEAD = 30_000

/** The same tree today, beside the past that the page looks at: it says which day it is asked of, as every question there does. */
export function useTreeOfToday(cycle: string = '', today: Day, enabled: boolean) {
  const seen = useQueryClient().getQueryState<FollowedTree>(treeQuery(cycle, {}).queryKey)
  const lost = useIsConnectionLost()
  const follows = seen?.isInvalidated === false && !lost // every change has been told since it was read
  return useQuery({
    ...treeQuery(cycle, { as_of: today }),
    initialData: seen?.data,
    initialDataUpdatedAt: follows ? Date.now : seen?.dataUpdatedAt,
    enabled: enabled && cycle !== '',
  })
}

type AskedOfGateway = {
  pillar: string[] | undefined
  label: string[] | undefined
  due_before: string | undefined
}

/** What the gateway finds in a cycle by what its tree does not say: null where nothing of that is looked for. */
export function useFound(cycle: string = '', wanted: AskedOfGateway) {
  const of = useLooked()
  const query = { cycle: [cycle], limit: 1000, ...wanted }
  const asked = Object.values(wanted).some((it) => it !== undefined)
  const first = get('/v1/objectives', { query }, of)
  const found = useQuery({
    queryKey: ['found', ...first.queryKey] as const,
    queryFn: async ({ client }) => {
      const ids = new Set<string>()
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: Answer<'/v1/objectives'> = await client.query({
          ...get('/v1/objectives', { query: { ...query, ...(cursor === '' ? {} : { cursor }) } }, of),
          staleTime: 0,
        })
        page.items.forEach((it) => ids.add(it.id))
        cursor = page.next
      }
      return ids
    },
    placeholderData: keepPreviousData,
    enabled: asked && cycle !== '',
  })
  return { ids: asked ? (found.data ?? new Set<string>()) : null, error: asked ? found.error : null }
}
