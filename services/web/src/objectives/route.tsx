import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { queries } from '../queries'
import { shellRoute } from '../shell/route'
import { treeSearch } from './filters'
import { askAhead } from './queries'

export const objectivesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/objectives',
  validateSearch: treeSearch,
  loaderDeps: ({ search: { cycle, as_of } }) => ({ cycle, as_of }),
  loader: ({ deps, cause }) => {
    if (cause !== 'preload') void askAhead(queries, deps).catch(() => undefined) // the page asks, too, and says what failed
  },
  component: lazyRouteComponent(() => import('./ObjectivesPage'), 'ObjectivesPage'),
})
