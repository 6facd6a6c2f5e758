import { useQuery } from '@tanstack/react-query'
import { body, client, get, sameQuestion, useCommand, useLooked, type Schema } from '../api'
import { useIsOneOf } from '../sign-in/roles'
import { useSession } from '../sign-in/session'

export type Milestone = Schema['TimelineMilestone']

/** All milestones of the company and its teams, the earliest first. */
export function useMilestones() {
  const of = useLooked()
  const query = { sort: 'day' as const, limit: 1000 }
  const first = get('/v1/milestones', { query }, of)
  const queryKey = ['all milestones', ...first.queryKey] as const
  return useQuery({
    queryKey,
    queryFn: async ({ client: queries }) => {
      const all: Milestone[] = []
      for (let cursor: string | null = ''; cursor !== null;) {
        const asked = { ...query, ...(cursor === '' ? {} : { cursor }) }
        const page: Schema['MilestonesPage'] = await queries.query({
          ...get('/v1/milestones', { query: asked }, of),
          staleTime: 0,
        })
        all.push(...page.items)
        cursor = page.next
      }
      return all
    },
    placeholderData: sameQuestion(queryKey),
  })
}

/** Whether the one who is signed in may plan milestones. */
export function useMayPlan(): boolean {
  return useIsOneOf('admin', 'champion', 'member')
}

/** Whether the one who is signed in may change a milestone: who planned it, champions and admins. */
export function useMayKeep({ created_by }: Milestone): boolean {
  const { session } = useSession()
  const keepsAll = useIsOneOf('admin', 'champion')
  const mine = created_by !== null && created_by.id === session?.person?.id
  return mine || keepsAll
}

export function usePlan(onDone: (made: { id: string }) => void) {
  return useCommand(
    (said: Schema['NewTimelineMilestone'], header) =>
      body<{ id: string }>(client.POST('/v1/milestones', { params: { header }, body: said })),
    onDone,
  )
}

/** What becomes of a milestone. */
export type Said =
  | ({ act: 'reach' } & Schema['Finishing'])
  | ({ act: 'postpone' } & Schema['Postponing'])
  | ({ act: 'revise' } & Schema['MilestoneChange'])

/** Does it to a milestone as it was seen: where somebody changed it meanwhile, nothing is done, and that is told. */
export function useKeep({ id, version }: Milestone, onDone: () => void) {
  return useCommand(({ act, ...said }: Said, keyed) => {
    const params = { path: { milestone: id }, header: { ...keyed, 'If-Match': `"${version}"` } }
    switch (act) {
      case 'reach':
        return body(client.POST('/v1/milestones/{milestone}/reach', { params, body: said }))
      case 'postpone':
        return body(client.POST('/v1/milestones/{milestone}/postpone', { params, body: said as Schema['Postponing'] }))
      case 'revise':
        return body(client.PATCH('/v1/milestones/{milestone}', { params, body: said }))
    }
  }, onDone)
}
