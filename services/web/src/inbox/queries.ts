import { body, client, useCommand, useGet } from '../api'

const MOST = 1000

/** The newest of what one was told, and how much of all is unread. */
export function useInbox(limit: number, unreadOnly: boolean) {
  return useGet('/v1/inbox', { query: { limit, unread_only: unreadOnly } })
}

/** How much is unread; undefined: it is not known yet. */
export function useUnread(): number | undefined {
  return useGet('/v1/inbox', { query: { limit: 1 } }).data?.unread
}

/** Marks what was read; with no ids all that is unread. */
export function useMarkRead() {
  return useCommand(async (ids: readonly string[]) => {
    const read = ids.length > 0 ? [...ids] : await unreadIds()
    if (read.length > 0) await body(client.POST('/v1/inbox/read', { body: { notification_ids: read } }))
  })
}

async function unreadIds(): Promise<string[]> {
  const page = await body(client.GET('/v1/inbox', { params: { query: { unread_only: true, limit: MOST } } }))
  return page.items.map((it) => it.id)
}
