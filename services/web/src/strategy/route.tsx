import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { cycleSearch } from '../cycles/search'
import { shellRoute } from '../shell/route'

export const strategyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/strategy',
  validateSearch: cycleSearch,
  component: lazyRouteComponent(() => import('./StrategyPage'), 'StrategyPage'),
})
