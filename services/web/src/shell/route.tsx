import { createRootRoute, createRoute, Outlet, redirect } from '@tanstack/react-router'
import { lookAt, type Instants } from '../api'
import { queries } from '../queries'
import { sessionQuery } from '../sign-in/session'
import { Shell } from './Shell'

/** What the address says of every page: the instants that it looks at. */
export type Everywhere = Instants

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

export const rootRoute = createRootRoute({
  component: Outlet,
  validateSearch: (search): Everywhere => ({ as_of: textOf(search.as_of), known_at: textOf(search.known_at) }),
  beforeLoad: ({ search }) => lookAt(search),
})

/** The parent of every page that one has to be signed in for. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: Shell,
  beforeLoad: async ({ location }) => {
    const { session } = await queries.query({ ...sessionQuery, staleTime: 'static' })
    if (session === null) throw redirect({ to: '/sign-in', search: { return_to: location.href } })
  },
})

export const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/objectives' })
  },
})
