import {
  Activity,
  Building2,
  CirclePlus,
  Compass,
  HandHelping,
  Inbox,
  LayoutTemplate,
  ListTodo,
  Milestone,
  Network,
  SquareCheckBig,
  Target,
  Users,
  type LucideIcon,
} from 'lucide-react'
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
type Entry = { to: Place; name: keyof Text['pages']; icon: LucideIcon }

/** What stands beside every page and Ctrl-K finds, in this order. A page that is not there yet has no entry. */
export const NAVIGATION: readonly Entry[] = [
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
]
