import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../shell/route'

export const adminImportRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/import',
  component: lazyRouteComponent(() => import('./ImportPage'), 'ImportPage'),
})
