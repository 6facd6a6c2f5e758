import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../shell/route'

/** What the address of the cycles says: which one is open, and whether a new one is being defined. */
export type CyclesSearch = { open?: string; define?: boolean }

export const adminCyclesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/cycles',
  validateSearch: (search): CyclesSearch => ({
    open: typeof search.open === 'string' && search.open !== '' ? search.open : undefined,
    define: search.define === true ? true : undefined,
  }),
  component: lazyRouteComponent(() => import('./CyclesPage'), 'CyclesPage'),
})
