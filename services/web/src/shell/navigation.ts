import {
  Activity,
  ArrowDownUp,
  Building2,
  CalendarRange,
  CirclePlus,
  Compass,
  HandHelping,
  Inbox,
  LayoutTemplate,
  ListTodo,
  Milestone,
  Network,
  ServerCog,
  Settings2,
  SquareCheckBig,
  Target,
  UserCog,
  Users,
  type LucideIcon,
} from 'lucide-react'
import { useRoles, type Role } from '../sign-in/roles'
import type { Text } from './text/en'

type Place =
  | '/check-ins'
  | '/tasks'
  | '/inbox'
  | '/objectives'
  | '/objectives/new'
  | '/templates'
  | '/map'
  | '/company'
  | '/teams'
  | '/kpis'
  | '/milestones'
  | '/strategy'
  | '/participation'
  | '/admin/people'
  | '/admin/cycles'
  | '/admin/settings'
  | '/admin/import'
  | '/admin/operator'
type Entry = {
  to: Place
  name: keyof Text['pages']
  icon: LucideIcon
  /** Who has a use for it; left out: everybody of a company. */
  roles?: readonly Role[]
}

/** What stands beside every page and Ctrl-K finds, in this order. A page that is not there yet has no entry. */
const NAVIGATION: readonly Entry[] = [
  { to: '/check-ins', name: 'checkIns', icon: SquareCheckBig },
  { to: '/tasks', name: 'tasks', icon: ListTodo },
  { to: '/inbox', name: 'inbox', icon: Inbox },
  { to: '/objectives', name: 'objectives', icon: Target },
  { to: '/objectives/new', name: 'newObjective', icon: CirclePlus },
  { to: '/templates', name: 'templates', icon: LayoutTemplate },
  { to: '/map', name: 'map', icon: Network },
  { to: '/company', name: 'company', icon: Building2 },
  { to: '/teams', name: 'teams', icon: Users },
  { to: '/kpis', name: 'kpis', icon: Activity },
  { to: '/milestones', name: 'milestones', icon: Milestone },
  { to: '/strategy', name: 'strategy', icon: Compass },
  { to: '/participation', name: 'participation', icon: HandHelping },
  { to: '/admin/people', name: 'adminPeople', icon: UserCog, roles: ['admin'] },
  { to: '/admin/cycles', name: 'adminCycles', icon: CalendarRange, roles: ['admin', 'champion'] },
  { to: '/admin/settings', name: 'adminSettings', icon: Settings2, roles: ['admin', 'auditor'] },
  { to: '/admin/import', name: 'adminImport', icon: ArrowDownUp, roles: ['admin'] },
  { to: '/admin/operator', name: 'adminOperator', icon: ServerCog, roles: ['admin', 'auditor', 'operator'] },
]

/** The pages that are there for the one who is signed in. */
export function usePages(): readonly Entry[] {
  const roles = useRoles()
  return NAVIGATION.filter((it) => isFor(it, roles))
}

/** Where an operator is led to who comes to a page that is none of theirs, as every company’s is; null: it is theirs. */
export function operatorLedTo(path: string): Place | null {
  const own = NAVIGATION.filter((it) => isFor(it, ['operator']))
  return own.some(({ to }) => to === path) ? null : (own[0]?.to ?? null)
}

function isFor({ roles }: Entry, own: readonly Role[]): boolean {
  return roles === undefined ? !own.includes('operator') : roles.some((it) => own.includes(it))
}
