import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { cycleSearch } from '../cycles/search'
import { shellRoute } from '../shell/route'

export const teamsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/teams',
  validateSearch: cycleSearch,
  component: lazyRouteComponent(() => import('./TeamsPage'), 'TeamsPage'),
})

export const teamRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/teams/$team',
  validateSearch: cycleSearch,
  component: lazyRouteComponent(() => import('./TeamPage'), 'TeamPage'),
})
