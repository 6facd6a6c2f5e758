import { useSearch } from '@tanstack/react-router'
import { useSession } from '../sign-in/session'
import { dayIn } from './days'

/** The day that the page looks at: the one in the address, else the tenant's today. */
export function useDay(): string {
  const { as_of } = useSearch({ strict: false })
  const { session } = useSession()
  return as_of ?? dayIn(session?.time_zone ?? 'UTC')
}
