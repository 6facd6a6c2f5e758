import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { askAgain, body, client, get, linesOf, useCommand, type Schema } from '../../api'

const LOOKED_AT_AGAIN_AFTER = 5000
const PAGE = 100

export type ServiceName = Schema['DeadLetter']['service']
export type Status = Schema['ServiceStatus']
/** The services that keep what is made from logs: that can be made anew. */
export const REBUILT = ['progress', 'audit', 'notifications', 'checkins'] as const satisfies readonly ServiceName[]
export type Rebuilt = (typeof REBUILT)[number]
export type RebuildStep = { phase: string; events: number; total: number }

/** How every service is; it is looked at again by itself, since nobody is told when it changes. */
export function useStatus() {
  return useQuery({ ...get('/v1/status', {}), refetchInterval: LOOKED_AT_AGAIN_AFTER })
}

/** Messages that could not be consumed: an admin and an auditor are told of their company’s, the operator of everybody’s. */
export function useDeadLetters() {
  const asked = { limit: PAGE }
  const pages = useInfiniteQuery({
    queryKey: ['pages', ...get('/v1/dead-letters', { query: asked }).queryKey],
    initialPageParam: '',
    queryFn: ({ pageParam, client }) =>
      client.query({
        ...get('/v1/dead-letters', { query: { ...asked, ...(pageParam === '' ? {} : { cursor: pageParam }) } }),
        staleTime: 0,
      }),
    getNextPageParam: (page) => page.next ?? undefined,
  })
  return { ...pages, letters: pages.data?.pages.flatMap((it) => it.items) }
}

/** Hands dead letters to their consumers once more: those of one service, or all. */
export function useReplay() {
  return useCommand((said: { service: ServiceName; ids: number[] } | null) =>
    body(client.POST('/v1/dead-letters/replay', { body: said ?? {} })),
  )
}

/**
 * Makes anew what a service keeps from the logs, and tells how far it is. Whoever stops listening ends it, be it by `stop` or by leaving the
 * page: what is live is as it was then.
 */
export function useRebuild(service: Rebuilt) {
  const queries = useQueryClient()
  const [step, setStep] = useState<RebuildStep | null>(null)
  const listening = useRef<AbortController | null>(null)
  useEffect(() => () => listening.current?.abort(), [])
  const rebuilding = useMutation({
    mutationFn: async () => {
      setStep(null)
      const { signal } = (listening.current = new AbortController())
      try {
        const { data } = await client.POST('/v1/rebuild/{service}', {
          params: { path: { service } },
          parseAs: 'stream',
          signal,
        })
        let last: RebuildStep | null = null
        for await (const line of linesOf(data as unknown as ReadableStream<Uint8Array>)) {
          last = line as RebuildStep
          setStep(last)
        }
        if (last?.phase !== 'done') throw new Error('the answer ended before the rebuild was done')
        return last
      } catch (error) {
        if (signal.aborted) return null
        throw error
      }
    },
    onSuccess: () => askAgain(queries),
    onSettled: () => setStep(null),
  })
  return { rebuilding, step, stop: () => listening.current?.abort() }
}
