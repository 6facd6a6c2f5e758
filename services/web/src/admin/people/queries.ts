import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { body, client, get, sameQuestion, useCommand, useGet, useLooked, type Schema } from '../../api'
import { questionOf, type PeopleSearch } from './search'

const PAGE = 100

/** The people that the address wants, in the order in which they joined, page by page; and how many there are in all. */
export function usePeople(search: PeopleSearch) {
  useLooked()
  const asked = { ...questionOf(search), limit: PAGE }
  const first = get('/v1/people', { query: asked })
  const pages = useInfiniteQuery({
    queryKey: ['pages', ...first.queryKey],
    initialPageParam: '',
    queryFn: ({ pageParam, client }) =>
      client.query({
        ...get('/v1/people', { query: { ...asked, ...(pageParam === '' ? {} : { cursor: pageParam }) } }),
        staleTime: 0,
      }),
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: sameQuestion(['pages', ...first.queryKey]),
  })
  const people = useMemo(() => pages.data?.pages.flatMap((it) => it.items), [pages.data])
  return { ...pages, people, count: pages.data?.pages[0]?.count ?? 0 }
}

export function usePerson(person: string) {
  return useGet('/v1/people/{person}', { path: { person } })
}

/** Every team that is there, in the order of the names. */
export function useAllTeams(): Schema['Team'][] {
  const { data } = useGet('/v1/teams', { query: { limit: 1000 } })
  return useMemo(() => [...(data?.items ?? [])].sort((a, b) => a.name.localeCompare(b.name)), [data])
}

/** What somebody has that has not ended: what is to be handed over when they leave. */
export function useOwned(person: string) {
  return useGet('/v1/people/{person}/owned', { path: { person } })
}

export function useAddPerson(onDone?: (done: { id: string }) => void) {
  return useCommand(
    (said: Schema['NewPerson'], header) => body(client.POST('/v1/people', { params: { header }, body: said })),
    onDone,
  )
}

/** Changes somebody as they were seen: where somebody else changed them meanwhile, nothing is done, and that is told. */
export function useChangePerson({ id, version }: Schema['Person'], onDone: () => void) {
  return useCommand(
    (said: Schema['PersonChange'], keyed) =>
      body(
        client.PATCH('/v1/people/{person}', {
          params: { path: { person: id }, header: { ...keyed, 'If-Match': `"${version}"` } },
          body: said,
        }),
      ),
    onDone,
  )
}

export function useManage(onDone?: () => void) {
  return useCommand(
    ({ person, ...said }: Schema['Managing'] & { person: string }, header) =>
      body(client.PUT('/v1/people/{person}/manager', { params: { path: { person }, header }, body: said })),
    onDone,
  )
}

export type Membership = { team: string; person: string; holds_from: string | null }

export function useJoinTeam(onDone?: (done: Membership) => void) {
  return useCommand(async (said: Membership, header) => {
    const { team, person, holds_from } = said
    const params = { path: { team, person }, header }
    await body(client.PUT('/v1/teams/{team}/members/{person}', { params, body: { holds_from } }))
    return said
  }, onDone)
}

export function useQuitTeam(onDone?: (done: Membership) => void) {
  return useCommand(async (said: Membership, header) => {
    const { team, person, holds_from } = said
    const params = { path: { team, person }, query: holds_from === null ? {} : { holds_from }, header }
    await body(client.DELETE('/v1/teams/{team}/members/{person}', { params }))
    return said
  }, onDone)
}

export function useLeave(person: string, onDone: (done: Schema['Left']) => void) {
  return useCommand(async (said: Schema['Leaving'], header) => {
    const params = { path: { person }, header }
    const done = await body(client.POST('/v1/people/{person}/leave', { params, body: said }))
    return done as Schema['Left'] // the person is answered only where a request prefers that
  }, onDone)
}

export function useReinstate(person: string) {
  return useCommand((_: object, header) =>
    body(client.POST('/v1/people/{person}/reinstate', { params: { path: { person }, header } })),
  )
}

export function useSignOutEverywhere(person: string) {
  return useCommand((_: object, header) =>
    body(client.POST('/v1/people/{person}/sign-out', { params: { path: { person }, header } })),
  )
}
