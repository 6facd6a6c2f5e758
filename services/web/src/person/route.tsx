import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../shell/route'

export const personRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/people/$handle',
  component: lazyRouteComponent(() => import('./PersonPage'), 'PersonPage'),
})
