import { queryOptions, useMutation, useQuery } from '@tanstack/react-query'
import { body, client, get, useCommand, useGet, type Answer, type Instants, type Schema } from '../api'
import { useIsOneOf } from '../sign-in/roles'
import { useSession } from '../sign-in/session'
import { useMayChange } from '../time-travel'
import type { Carried, Closer } from './closing'

type Objective = Schema['Objective']

/** Whether the one who is signed in may close cycles, and reopen them. */
export function useMayClose(): boolean {
  const mayEnd = useIsOneOf('admin', 'champion')
  return useMayChange() && mayEnd
}

export function useCloser(): Closer {
  const { session } = useSession()
  return { id: session?.person?.id, admin: session?.roles.includes('admin') ?? false }
}

/** What a cycle has that is active or a draft, with all that is known of it: every page of the list. */
function openObjectivesQuery(cycle: string, of: Instants) {
  const query = { cycle: [cycle], state: ['active' as const, 'draft' as const], sort: 'ref' as const, limit: 1000 }
  return queryOptions({
    queryKey: ['open objectives', ...get('/v1/objectives', { query }, of).queryKey] as const,
    queryFn: async ({ client: queries }) => {
      const objectives: Objective[] = []
      for (let cursor: string | null = ''; cursor !== null;) {
        const asked = { ...query, ...(cursor === '' ? {} : { cursor }) }
        const page: Answer<'/v1/objectives'> = await queries.query({
          ...get('/v1/objectives', { query: asked }, of),
          staleTime: 0,
        })
        objectives.push(...page.items)
        cursor = page.next
      }
      return objectives
    },
  })
}

/** What is open in a cycle, with the numbers of the day on which it is to end. */
export function useOpenObjectives(cycle: string, day: string, today: string) {
  const now = useQuery(openObjectivesQuery(cycle, {}))
  const then = useQuery({ ...openObjectivesQuery(cycle, { as_of: day }), enabled: day < today })
  const of = new Map(then.data?.map((it) => [it.id, it]))
  const loading = now.data === undefined || (day < today && then.data === undefined)
  return {
    objectives: loading ? undefined : now.data.map((it) => withNumbersOf(it, of.get(it.id))),
    error: now.error ?? then.error,
    refetch: () => void Promise.all([now.refetch(), then.refetch()]),
  }
}

/** An objective as it is now, its numbers as of another day; what was not there yet is as it is now. */
function withNumbersOf(now: Objective, then: Objective | undefined): Objective {
  if (then === undefined) return now
  const of = new Map(then.key_results.map((it) => [it.id, it]))
  const { progress, progress_raw, status, coverage, stale } = then
  const key_results = now.key_results.map((it) => {
    const was = of.get(it.id)
    if (was === undefined) return it
    const { value, progress, progress_raw, status, stale, as_of, check_in_id } = was
    return { ...it, value, progress, progress_raw, status, stale, as_of, check_in_id }
  })
  return { ...now, progress, progress_raw, status, coverage, stale, key_results }
}

/** What was said when the cycle was closed before. */
export function useReportBefore(cycle: Schema['Cycle']) {
  return useGet(
    '/v1/cycles/{cycle}/report',
    { path: { cycle: cycle.id }, query: { version: cycle.closings } },
    { enabled: cycle.closings > 0 },
  )
}

/** Tries a closing: it is refused where the closing would be, and changes nothing. */
export function useTryClosing(cycle: Schema['Cycle'], onPassed: (closing: Schema['CycleClosing']) => void) {
  return useMutation({
    mutationFn: (closing: Schema['CycleClosing']) =>
      body(
        client.POST('/v1/cycles/{cycle}/close', {
          params: { path: { cycle: cycle.id }, query: { dry_run: true }, header: seen(cycle) },
          body: closing,
        }),
      ),
    onSuccess: (_, closing) => onPassed(closing),
  })
}

export function useCloseCycle(cycle: Schema['Cycle'], onDone: () => void) {
  return useCommand(
    (closing: Schema['CycleClosing'], keyed) =>
      body(
        client.POST('/v1/cycles/{cycle}/close', {
          params: { path: { cycle: cycle.id }, header: { ...keyed, ...seen(cycle) } },
          body: closing,
        }),
      ),
    onDone,
  )
}

export function useReopenCycle(cycle: Schema['Cycle'], onDone: () => void) {
  return useCommand(
    (reason: string, keyed) =>
      body(
        client.POST('/v1/cycles/{cycle}/reopen', {
          params: { path: { cycle: cycle.id }, header: { ...keyed, ...seen(cycle) } },
          body: { reason },
        }),
      ),
    onDone,
  )
}

export type Step = 'start' | 'review'

/** The steps before: a cycle is closed out of its review. */
export function useNextStep(cycle: Schema['Cycle']) {
  return useCommand((step: Step, keyed) =>
    body(
      client.POST(step === 'start' ? '/v1/cycles/{cycle}/start' : '/v1/cycles/{cycle}/review', {
        params: { path: { cycle: cycle.id }, header: { ...keyed, ...seen(cycle) } },
      }),
    ),
  )
}

/** Carries an objective over, once: by what it bears, it is known again. */
export function useCarryOver(closings: number) {
  return useCommand(({ id, cycle, targets }: Carried) =>
    body(
      client.POST('/v1/objectives/{ref}/carry-over', {
        params: { path: { ref: id }, header: { 'Idempotency-Key': `${id}-${closings}` } },
        body: { cycle, targets },
      }),
    ),
  )
}

/** As it was seen: where somebody else moved it on meanwhile, nothing is done. */
function seen(cycle: Schema['Cycle']) {
  return { 'If-Match': `"${cycle.version}"` }
}
