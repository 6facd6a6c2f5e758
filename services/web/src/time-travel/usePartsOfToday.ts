import { notifyManager, useQueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { WITHOUT_PAST, type OfToday } from '../api'

/** What of the page is of today even though it looks at the past: what the questions that it asks cannot be asked of. */
export function usePartsOfToday(): OfToday[] {
  const cache = useQueryClient().getQueryCache()
  const parts = useSyncExternalStore(
    (told) => cache.subscribe(notifyManager.batchCalls(told)),
    () =>
      [...new Set(cache.findAll({ type: 'active' }).map((it) => WITHOUT_PAST[String(it.queryKey[0])]))]
        .filter((it) => it != null)
        .sort()
        .join(),
  )
  return parts === '' ? [] : (parts.split(',') as OfToday[])
}
