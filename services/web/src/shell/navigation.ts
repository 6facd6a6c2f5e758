import { CirclePlus, LayoutTemplate, Target, type LucideIcon } from 'lucide-react'
import type { Text } from './text/en'

type Entry = { to: '/objectives' | '/objectives/new' | '/templates'; name: keyof Text['pages']; icon: LucideIcon }
import { Inbox, SquareCheckBig, Target, type LucideIcon } from 'lucide-react'
import type { Text } from './text/en'

type Entry = { to: '/objectives' | '/check-ins' | '/inbox'; name: keyof Text['pages']; icon: LucideIcon }

/** What the header leads to and Ctrl-K finds, in this order. A page that is not there yet has no entry. */
export const NAVIGATION: readonly Entry[] = [
  { to: '/objectives', name: 'objectives', icon: Target },
  { to: '/objectives/new', name: 'newObjective', icon: CirclePlus },
  { to: '/templates', name: 'templates', icon: LayoutTemplate },
  { to: '/check-ins', name: 'checkIns', icon: SquareCheckBig },
  { to: '/inbox', name: 'inbox', icon: Inbox },
]
