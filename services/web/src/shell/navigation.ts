import {
  Activity,
  Building2,
  CirclePlus,
  Compass,
  HandHelping,
  LayoutTemplate,
  Network,
  Target,
  Users,
  type LucideIcon,
} from 'lucide-react'
import type { Text } from './text/en'

type Place =
  | '/company'
  | '/objectives'
  | '/objectives/new'
  | '/templates'
  | '/map'
  | '/teams'
  | '/kpis'
  | '/strategy'
  | '/participation'
type Entry = { to: Place; name: keyof Text['pages']; icon: LucideIcon }

/** What stands beside every page and Ctrl-K finds, in this order. A page that is not there yet has no entry. */
export const NAVIGATION: readonly Entry[] = [
  { to: '/company', name: 'company', icon: Building2 },
  { to: '/objectives', name: 'objectives', icon: Target },
  { to: '/objectives/new', name: 'newObjective', icon: CirclePlus },
  { to: '/templates', name: 'templates', icon: LayoutTemplate },
  { to: '/map', name: 'map', icon: Network },
  { to: '/teams', name: 'teams', icon: Users },
  { to: '/kpis', name: 'kpis', icon: Activity },
  { to: '/strategy', name: 'strategy', icon: Compass },
  { to: '/participation', name: 'participation', icon: HandHelping },
]
