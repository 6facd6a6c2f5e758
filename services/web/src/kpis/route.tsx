import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../shell/route'

/** What the address of the KPI board says: which one is open, and whether only those out of their range are shown. */
export type KpiSearch = { open?: string; out?: boolean }

export const kpisRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/kpis',
  validateSearch: (search): KpiSearch => ({
    open: typeof search.open === 'string' && search.open !== '' ? search.open : undefined,
    out: search.out === true ? true : undefined,
  }),
  component: lazyRouteComponent(() => import('./KpisPage'), 'KpisPage'),
})
