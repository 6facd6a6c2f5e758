import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { cycleSearch, type CycleSearch } from '../cycles/search'
import { shellRoute } from '../shell/route'

/** What the address of the map says: of which cycle, what is searched for, what is open beside it, and whether it is shown as a table. */
export type MapSearch = CycleSearch & { text?: string; open?: string; view?: 'table' }

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

export const mapRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/map',
  validateSearch: (search): MapSearch => ({
    ...cycleSearch(search),
    text: textOf(search.text),
    open: textOf(search.open),
    view: search.view === 'table' ? 'table' : undefined,
  }),
  component: lazyRouteComponent(() => import('./MapPage'), 'MapPage'),
})
