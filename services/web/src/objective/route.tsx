import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../shell/route'

export const objectiveRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/objectives/$reference',
  component: lazyRouteComponent(() => import('./ObjectivePage'), 'ObjectivePage'),
})
