import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { cycleSearch } from '../cycles/search'
import { shellRoute } from '../shell/route'

export const companyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/company',
  validateSearch: cycleSearch,
  component: lazyRouteComponent(() => import('./CompanyPage'), 'CompanyPage'),
})
