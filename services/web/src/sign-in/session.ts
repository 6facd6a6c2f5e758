import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { body, client, get } from '../api'

/** Who is signed in, and how one signs in. */
export const sessionQuery = get('/v1/session', {})

export function useSession() {
  return useSuspenseQuery(sessionQuery).data
}

export type Who = { tenant: string; person: string } | { operator: true }

/** Signs in by the built-in issuer: somebody of a company, or the operator of the installation. */
export function useSignIn(onDone: () => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (who: Who) => body(client.POST('/v1/session', { body: who })),
    onSuccess: (session) => {
      queries.setQueryData(sessionQuery.queryKey, session)
      onDone()
    },
  })
}

/** Ends the session everywhere; nothing of it stays in this browser. */
export function useSignOut() {
  return useMutation({
    mutationFn: () => client.DELETE('/v1/session'),
    onSuccess: () => {
      sessionStorage.clear()
      window.location.assign('/sign-in')
    },
  })
}
