import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../shell/route'

export const adminOperatorRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/operator',
  component: lazyRouteComponent(() => import('./OperatorPage'), 'OperatorPage'),
})
