import type { Query, QueryClient } from '@tanstack/react-query'
import { askAgain, endSession, rememberPositions, type Told } from '../api'
import { isOfWholeTrees, readTreesWhole } from '../objectives/following'
import { isConcerned, speaksOf } from './concerns'
import { isGone, without } from './without'

/** Usually the first is enough; a server that is busy takes longer. */
const INBOX_TAKES = [1_000, 4_000, 15_000]
let waiting: number[] = []

/** Asks again for what a change concerns, of all that was asked; what one may not see any longer is dropped at once. */
export function apply(queries: QueryClient, told: Told, place: string): void {
  rememberPositions(place || null) // what is asked from now on has what was told
  if (wantsWholeTrees(told)) readTreesWhole()
  switch (told.event) {
    case 'here': {
      const began = Date.now()
      // What was answered before the stream began may have changed since, and what is on its way may have been looked up before.
      const isOfBefore = ({ state }: Query) =>
        state.dataUpdatedAt < began && (state.dataUpdatedAt > 0 || state.fetchStatus === 'fetching')
      void askAgain(queries, { predicate: isOfBefore })
      askInboxLater(queries, () => true) // what happened just before may not be in it yet
      return
    }
    case 'changes':
      void askAgain(queries, { predicate: (query) => isConcerned(query, told.changes) })
      askInboxLater(queries, (query) => isConcerned(query, told.changes))
      return
    case 'gone':
      drop(queries, new Set(told.gone.map((it) => it.id)))
      return
    case 'anew':
      void askAgain(queries)
      askInboxLater(queries, () => true)
      return
    case 'end':
      endSession()
  }
}

function wantsWholeTrees(told: Told): boolean {
  if (told.event === 'changes') return told.changes.some(isOfWholeTrees)
  return told.event === 'gone' || told.event === 'anew'
}

/**
 * Out of lists at once, of past days and of what was known then, too: who may see something is a matter of today. What is shown of one of
 * these alone is asked for again, and then not found.
 */
function drop(queries: QueryClient, gone: ReadonlySet<string>): void {
  const changes = [...gone].map((id) => ({ kind: 'objective' as const, id, objective_id: id, what: [] }))
  const concerned = { predicate: (query: Query) => isConcerned(query, changes) || speaksOf(query, gone) }
  for (const query of queries.getQueryCache().findAll(concerned)) {
    const { data } = query.state
    if (isOfOne(query.queryKey, gone) || isGone(data, gone)) query.reset()
    else if (data !== undefined) query.setData(without(data, gone))
  }
  void askAgain(queries, concerned)
}

/** Whether a question names one of these. */
function isOfOne(queryKey: readonly unknown[], gone: ReadonlySet<string>): boolean {
  const text = JSON.stringify(queryKey)
  return [...gone].some((id) => text.includes(id))
}

/** An inbox follows from what happens, a moment later, and its answers cannot be told to wait for it. */
function askInboxLater(queries: QueryClient, isMeant: (query: Query) => boolean): void {
  const predicate = (query: Query) => query.queryKey[0] === '/v1/inbox' && isMeant(query)
  if (queries.getQueryCache().findAll({ predicate }).length === 0) return
  waiting.forEach((it) => window.clearTimeout(it)) // a later change asks as often, and later
  waiting = INBOX_TAKES.map((it) => window.setTimeout(() => void askAgain(queries, { predicate }), it))
}
