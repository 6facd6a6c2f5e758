import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { cycleSearch, type CycleSearch } from '../cycles/search'
import { shellRoute } from '../shell/route'

/** What the address says: which cycle, and which others it is held against; none: the newest of its kind. */
export type ParticipationSearch = CycleSearch & { with?: string[] }

export const participationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/participation',
  validateSearch: (search): ParticipationSearch => ({
    ...cycleSearch(search),
    with: Array.isArray(search.with) ? search.with.filter((it): it is string => typeof it === 'string') : undefined,
  }),
  component: lazyRouteComponent(() => import('./ParticipationPage'), 'ParticipationPage'),
})
