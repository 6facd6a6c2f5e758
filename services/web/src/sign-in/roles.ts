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

/** Whether it is the operator of the installation: somebody of no company, for whom no company’s page has anything. */
export function useIsOperator(): boolean {
  return useIsOneOf('operator')
}

const NONE: readonly never[] = []
