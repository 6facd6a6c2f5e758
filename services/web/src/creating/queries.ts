import { useQuery } from '@tanstack/react-query'
import { get, MOST_CYCLES, useGet, type Schema } from '../api'

/** Everybody who is there, to be picked by name. */
export function useEverybody() {
  const first = get('/v1/people', { query: { state: ['active'], limit: 1000 } })
  return useQuery({
    queryKey: ['everybody', ...first.queryKey],
    staleTime: 300_000,
    queryFn: async ({ client }) => {
      const people: Schema['Person'][] = []
      for (let cursor: string | null = ''; cursor !== null;) {
        const query = { state: ['active' as const], limit: 1000, ...(cursor === '' ? {} : { cursor }) }
        const page: Schema['PeoplePage'] = await client.query({ ...get('/v1/people', { query }), staleTime: 0 })
        people.push(...page.items)
        cursor = page.next
      }
      return people
    },
  })
}

/** The cycles that something new can be in, those at work first; undefined: they are not known yet. */
export function useOpenCycles(): Schema['Cycle'][] | undefined {
  const { data } = useGet('/v1/cycles', { query: { limit: MOST_CYCLES } })
  if (data === undefined) return undefined
  const open = data.items.filter((it) => it.state !== 'closed')
  return [...open].sort(
    (a, b) =>
      Number(b.state === 'active') - Number(a.state === 'active') ||
      (b.first_day ?? '').localeCompare(a.first_day ?? ''),
  )
}

/** What a setting of the tenant says; undefined: it is not known yet. */
export function useSetting(name: string, enabled = true): string | undefined {
  const { data } = useGet('/v1/settings', { query: {} }, { enabled })
  return data?.items.find((it) => it.name === name)?.value
}

const OPEN: Schema['ObjectiveState'][] = ['active', 'draft']

/** Objectives and key results by their words; those that have ended only where they are asked for. */
export function useFound(words: string, ended = false) {
  const enabled = words.trim().length > 1
  const text = words.trim()
  const objectives = useGet(
    '/v1/objectives',
    { query: { text, limit: 8, ...(ended ? {} : { state: OPEN }) } },
    { enabled },
  )
  const keyResults = useGet('/v1/key-results', { query: { text, limit: 8, cancelled: false } }, { enabled })
  return {
    objectives: enabled ? (objectives.data?.items ?? []) : [],
    keyResults: enabled ? (keyResults.data?.items ?? []) : [],
    searching: enabled && (objectives.isFetching || keyResults.isFetching),
  }
}
