import type { Query, QueryClient, QueryFilters } from '@tanstack/react-query'

const next = new WeakMap<Query, Promise<void>>()

/**
 * Asks again for what is shown of these (all of them, unless said), and returns once the answers are there; what is not shown is asked for
 * when it is. Of a question one is under way at a time, and one more follows it, however often this is called: a question that is given up
 * is still work for the gateway, which refuses more at once than one person may have.
 */
export async function askAgain(queries: QueryClient, filters: QueryFilters = {}): Promise<void> {
  await Promise.all(
    queries
      .getQueryCache()
      .findAll(filters)
      .map((it) => again(queries, it)),
  )
}

async function again(queries: QueryClient, query: Query): Promise<void> {
  query.invalidate()
  const { fetchStatus } = query.state
  if (fetchStatus === 'paused' || (fetchStatus === 'idle' && (!query.isActive() || query.isDisabled()))) return
  if (fetchStatus === 'idle') return ask(queries, query)
  const following = next.get(query) ?? follow(queries, query)
  next.set(query, following)
  return following
}

/** What is under way began before what it is asked again for: it may not have it. */
async function follow(queries: QueryClient, query: Query): Promise<void> {
  await query.promise?.catch(() => undefined) // whoever began it hears of it
  next.delete(query)
  query.invalidate() // where it is shown no longer, it is asked for when it is shown
  await ask(queries, query)
}

function ask(queries: QueryClient, { queryKey }: Query): Promise<void> {
  return queries.refetchQueries({ queryKey, exact: true, type: 'active' }, { cancelRefetch: false })
}
