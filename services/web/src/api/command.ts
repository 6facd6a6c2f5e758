import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'

type Keyed = { 'Idempotency-Key': string }

/**
 * A command to the gateway. Sent again after a failure, unchanged, it bears the same idempotency key: what did arrive is not done twice.
 * Once it is done, everything on the page is asked for again.
 */
export function useCommand<Said, Done>(
  send: (said: Said, header: Keyed) => Promise<Done>,
  onDone?: (done: Done) => void,
) {
  const queries = useQueryClient()
  const last = useRef<{ said: string; key: string } | null>(null)
  return useMutation<Done, Error, Said>({
    mutationFn: (said) => {
      const text = JSON.stringify(said)
      if (last.current?.said !== text) last.current = { said: text, key: crypto.randomUUID() }
      return send(said, { 'Idempotency-Key': last.current.key })
    },
    onSuccess: async (done) => {
      last.current = null
      onDone?.(done)
      await queries.invalidateQueries()
    },
  })
}
