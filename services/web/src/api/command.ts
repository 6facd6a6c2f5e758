import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { askAgain } from './again'

type Keyed = { 'Idempotency-Key': string }

/** The idempotency keys of a command: what is sent again unchanged has the same one, so that what did arrive is not done twice. */
export class IdempotencyKeys {
  private last: { said: string; key: string } | null = null

  of(said: unknown): string {
    const text = JSON.stringify(said)
    if (this.last?.said !== text) this.last = { said: text, key: crypto.randomUUID() }
    return this.last.key
  }

  /** It is done: the same words are a command of their own from now on. Others that were said since keep theirs. */
  done(said: unknown): void {
    if (this.last?.said === JSON.stringify(said)) this.last = null
  }
}

/**
 * A command to the gateway. Sent again after a failure, unchanged, it bears the same idempotency key.
 * Once it is done, everything on the page is asked for again.
 */
export function useCommand<Said, Done>(
  send: (said: Said, header: Keyed) => Promise<Done>,
  onDone?: (done: Done) => void,
) {
  const queries = useQueryClient()
  const keys = useRef<IdempotencyKeys | null>(null)
  return useMutation<Done, Error, Said>({
    mutationFn: (said) => {
      keys.current ??= new IdempotencyKeys()
      return send(said, { 'Idempotency-Key': keys.current.of(said) })
    },
    onSuccess: async (done, said) => {
      keys.current?.done(said)
      onDone?.(done)
      await askAgain(queries)
    },
  })
}
