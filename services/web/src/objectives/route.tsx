import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../shell/route'
import { treeSearch } from './filters'

export const objectivesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/objectives',
  validateSearch: treeSearch,
  component: lazyRouteComponent(() => import('./ObjectivesPage'), 'ObjectivesPage'),
})
