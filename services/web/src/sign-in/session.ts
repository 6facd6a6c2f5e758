import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { body, client, get } from '../api'

/** Who is signed in, and how one signs in. */
export const sessionQuery = get('/v1/session', {})

export function useSession() {
  return useSuspenseQuery(sessionQuery).data
}

/** Signs in by the built-in issuer. */
export function useSignIn(onDone: () => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (who: { tenant: string; person: string }) => body(client.POST('/v1/session', { body: who })),
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
