import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../shell/route'

export const inboxRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/inbox',
  validateSearch: (search): { unread?: boolean } => ({ unread: search.unread === true ? true : undefined }),
  component: lazyRouteComponent(() => import('./InboxPage'), 'InboxPage'),
})
