import { queryOptions, useQuery } from '@tanstack/react-query'
import { get, useGet, type Schema } from '../api'

/** The cycles, the newest first. */
export function useCycles() {
  return useGet('/v1/cycles', { query: { limit: 200 } })
}

/** The cycle that one means unless one says so: the innermost that is at work, else the newest. */
export function presentCycle(cycles: readonly Schema['Cycle'][]): Schema['Cycle'] | undefined {
  const newestFirst = [...cycles].sort((a, b) => (b.first_day ?? '').localeCompare(a.first_day ?? ''))
  return newestFirst.find((it) => it.state === 'active') ?? newestFirst[0]
}

/** A cycle's whole tree: every page of it, parents before children. */
export function useTree(cycle: string = '') {
  const first = get('/v1/tree', { query: { cycle, limit: 1000 } })
  return useQuery({
    ...queryOptions({
      queryKey: ['whole tree', ...first.queryKey],
      queryFn: async ({ client }) => {
        const objectives: Schema['TreeObjective'][] = []
        for (let cursor: string | null = ''; cursor !== null;) {
          const query = { cycle, limit: 1000, ...(cursor === '' ? {} : { cursor }) }
          const page: Schema['Tree'] = await client.query({ ...get('/v1/tree', { query }), staleTime: 0 })
          objectives.push(...page.objectives)
          cursor = page.next
        }
        return objectives
      },
    }),
    enabled: cycle !== '',
  })
}
