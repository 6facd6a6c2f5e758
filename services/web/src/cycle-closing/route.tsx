import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../shell/route'

export const cycleClosingRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/cycles/$cycle/close',
  component: lazyRouteComponent(() => import('./ClosingPage'), 'ClosingPage'),
})
