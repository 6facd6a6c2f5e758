import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { Schema } from '../api'
import { shellRoute } from '../shell/route'

export const PHASES = ['planned', 'postponed', 'reached'] as const satisfies readonly Schema['MilestonePhase'][]

/** What the address of the milestones says: whose and in which phase, how they are shown, and which one is open. */
export type MilestonesSearch = {
  /** A team by its name. */
  team?: string
  phase?: Schema['MilestonePhase']
  view?: 'list'
  open?: string
}

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

export const milestonesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/milestones',
  validateSearch: (search): MilestonesSearch => ({
    team: textOf(search.team),
    phase: PHASES.find((it) => it === search.phase),
    view: search.view === 'list' ? 'list' : undefined,
    open: textOf(search.open),
  }),
  component: lazyRouteComponent(() => import('./MilestonesPage'), 'MilestonesPage'),
})
