import { useMutation, useMutationState, useQueryClient, type MutationStatus } from '@tanstack/react-query'
import { askAgain, body, client, IdempotencyKeys, type Schema } from '../api'
import { giveBackDraft, takeDraft } from './drafts'
import { withSaid } from './pending'

type Said = Schema['CheckIn']

// Of each key result one: a check-in that is sent again after a failure bears the same key, whichever form it is sent from.
const keys = new Map<string, IdempotencyKeys>()

const keyOf = (keyResultId: string) => ['check-in', keyResultId] as const

/**
 * Checking in on a key result. What is sent is kept by the cache of commands, so that every place that shows the key result knows of it,
 * and goes on being sent when its form is closed. `error` is why the last one failed; what was typed stays in its draft until one succeeds.
 */
export function useCheckIn(keyResultId: string) {
  const queries = useQueryClient()
  const { mutate } = useMutation({
    mutationKey: keyOf(keyResultId),
    gcTime: Infinity,
    mutationFn: (said: Said) => {
      const own = keys.get(keyResultId) ?? new IdempotencyKeys()
      keys.set(keyResultId, own)
      const header = { 'Idempotency-Key': own.of(said) }
      return body(
        client.POST('/v1/key-results/{ref}/check-ins', { params: { path: { ref: keyResultId }, header }, body: said }),
      )
    },
    onMutate: () => takeDraft(keyResultId),
    onError: (_error, _said, draft) => giveBackDraft(keyResultId, draft),
    onSuccess: async (_done, said) => {
      keys.get(keyResultId)?.done(said)
      await askAgain(queries) // it is shown as pending until the answers have it
    },
  })
  const last = useLast(keyResultId)
  const send = (said: Said) => {
    forgetLast()
    mutate(said)
  }
  /** The last failure is told no longer. */
  const forgetLast = () => {
    const cache = queries.getMutationCache()
    cache
      .findAll({ mutationKey: keyOf(keyResultId), exact: true, status: 'error' })
      .forEach((failed) => cache.remove(failed))
  }
  return { send, forgetLast, isPending: last?.status === 'pending', error: last?.error ?? null }
}

/** A key result as its author sees it: with what they have just said of it and the gateway has not answered yet. */
export function useWithPending(keyResult: Schema['KeyResult']): Schema['KeyResult'] {
  const last = useLast(keyResult.id)
  return last?.status === 'pending' && last.variables ? withSaid(keyResult, last.variables) : keyResult
}

function useLast(keyResultId: string) {
  return useMutationState({
    filters: { mutationKey: keyOf(keyResultId), exact: true },
    select: ({ state }) => ({
      status: state.status,
      error: state.error,
      variables: state.variables as Said | undefined,
    }),
  }).at(-1)
}

/** The key result of which the last check-in was saved, and what it said; undefined: none was since one came here. */
export function useLastSaved(): { keyResultId: string; said: Said } | undefined {
  const saved = useMutationState({
    filters: { mutationKey: ['check-in'], status: 'success' },
    select: ({ options, state }) => ({
      keyResultId: String(options.mutationKey?.[1]),
      said: state.variables as Said,
    }),
  })
  return saved.at(-1)
}

/** Of each key result that one has checked in on: whether that is on its way, was saved, or failed. */
export function useSent(): ReadonlyMap<string, MutationStatus> {
  const sent = useMutationState({
    filters: { mutationKey: ['check-in'] },
    select: ({ options, state }) => [String(options.mutationKey?.[1]), state.status] as const,
  })
  return new Map(sent)
}
