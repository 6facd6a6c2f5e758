import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../shell/route'

/** Which report of a cycle that was closed more than once; left out: the newest. */
export type ReportSearch = { version?: number }

export const cycleReportRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/cycles/$cycle',
  validateSearch: (search): ReportSearch => ({
    version: Number.isInteger(search.version) && Number(search.version) > 0 ? Number(search.version) : undefined,
  }),
  component: lazyRouteComponent(() => import('./ReportPage'), 'ReportPage'),
})
