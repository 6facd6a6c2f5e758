import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { get } from '../../api'

const PAGE = 100

/** What happened on an objective, the newest first, page by page. */
export function useHistory(id: string) {
  const first = get('/v1/objectives/{ref}/history', { path: { ref: id }, query: { limit: PAGE } })
  const pages = useInfiniteQuery({
    queryKey: ['pages', ...first.queryKey],
    initialPageParam: '',
    queryFn: ({ pageParam, client }) =>
      client.query({
        ...get('/v1/objectives/{ref}/history', {
          path: { ref: id },
          query: { limit: PAGE, ...(pageParam === '' ? {} : { cursor: pageParam }) },
        }),
        staleTime: 0,
      }),
    getNextPageParam: (page) => page.next ?? undefined,
  })
  const changes = useMemo(() => pages.data?.pages.flatMap((it) => it.items) ?? [], [pages.data])
  return { ...pages, changes }
}
