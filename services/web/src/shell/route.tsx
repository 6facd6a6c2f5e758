import { createRootRoute, createRoute, Outlet, redirect, retainSearchParams } from '@tanstack/react-router'
import { lookAt, type Instants } from '../api'
import { queries } from '../queries'
import { sessionQuery } from '../sign-in/session'
import { instantsOf } from '../time-travel/moment'
import { operatorLedTo } from './navigation'
import { Shell } from './Shell'

/** What the address says of every page: the instants that it looks at, and the saved view by which one came to it. */
export type Everywhere = Instants & { saved?: string }

export const rootRoute = createRootRoute({
  component: Outlet,
  validateSearch: (search): Everywhere => ({
    ...instantsOf(search),
    saved: typeof search.saved === 'string' && search.saved !== '' ? search.saved : undefined,
  }),
  // From page to page one stays in the same past, until one goes back.
  search: { middlewares: [retainSearchParams(['as_of', 'known_at'])] },
  // Where a link is hovered over, its page is made ready: one does not look at it yet.
  beforeLoad: ({ search, preload }) => {
    if (!preload) lookAt(search)
  },
})

/** The parent of every page that one has to be signed in for. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: Shell,
  beforeLoad: async ({ location }) => {
    const { session } = await queries.query({ ...sessionQuery, staleTime: 'static' })
    if (session === null) throw redirect({ to: '/sign-in', search: { return_to: location.href } })
    const elsewhere = session.roles.includes('operator') ? operatorLedTo(location.pathname) : null
    if (elsewhere !== null) throw redirect({ to: elsewhere, search: {} })
  },
})

export const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/objectives' })
  },
})
