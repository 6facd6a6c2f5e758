import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { queries } from '../queries'
import { rootRoute } from '../shell/route'
import { sessionQuery } from './session'

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search): { return_to?: string; failed?: string } => ({
    return_to: textOf(search.return_to),
    failed: textOf(search.failed),
  }),
  loader: () => queries.query({ ...sessionQuery, staleTime: 'static' }),
  component: lazyRouteComponent(() => import('./SignInPage'), 'SignInPage'),
})
