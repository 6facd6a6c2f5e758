import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../shell/route'

/** What the address of the settings says: which one is open. */
export type SettingsSearch = { open?: string }

export const adminSettingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/admin/settings',
  validateSearch: (search): SettingsSearch => ({
    open: typeof search.open === 'string' && search.open !== '' ? search.open : undefined,
  }),
  component: lazyRouteComponent(() => import('./SettingsPage'), 'SettingsPage'),
})
