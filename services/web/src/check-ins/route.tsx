import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../shell/route'

export const checkInsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/check-ins',
  /** Which key result one is at; none: the first that is due. */
  validateSearch: (search): { at?: string } => ({ at: typeof search.at === 'string' ? search.at : undefined }),
  component: lazyRouteComponent(() => import('./CheckInsPage'), 'CheckInsPage'),
})
