import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../shell/route'
import { taskSearch } from './search'

export const tasksRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/tasks',
  validateSearch: taskSearch,
  component: lazyRouteComponent(() => import('./TasksPage'), 'TasksPage'),
})
