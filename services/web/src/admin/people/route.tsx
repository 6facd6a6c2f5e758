import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../shell/route'
import { peopleSearch } from './search'

export const adminPeopleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/people',
  validateSearch: peopleSearch,
  component: lazyRouteComponent(() => import('./PeoplePage'), 'PeoplePage'),
})
