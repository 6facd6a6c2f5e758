import type { Schema } from '../api'
import { useSession } from './session'

export type Role = Schema['Role'] | 'operator'

/** What the one who is signed in is: a page offers what these may do, and the gateway holds to it. */
export function useRoles(): readonly Role[] {
  return (useSession().session?.roles ?? NONE) as readonly Role[]
}

export function useIsOneOf(...roles: readonly Role[]): boolean {
  const own = useRoles()
  return roles.some((it) => own.includes(it))
}

const NONE: readonly never[] = []
