import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../shell/route'

export const objectiveRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/objectives/$reference',
  /** The comment that one is led to. */
  validateSearch: (search): { comment?: string } => ({
    comment: typeof search.comment === 'string' ? search.comment : undefined,
  }),
  component: lazyRouteComponent(() => import('./ObjectivePage'), 'ObjectivePage'),
})
