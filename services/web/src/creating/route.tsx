import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { shellRoute } from '../shell/route'

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

/** What a new objective begins with: a template, a cycle, a parent. */
export type NewSearch = { template?: string; cycle?: string; parent?: string }

export const newObjectiveRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/objectives/new',
  validateSearch: (search): NewSearch => ({
    template: textOf(search.template),
    cycle: textOf(search.cycle),
    parent: textOf(search.parent),
  }),
  component: lazyRouteComponent(() => import('./NewPage'), 'NewPage'),
})

export const editObjectiveRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/objectives/$reference/edit',
  // The past is not edited: what is shown here is of now.
  beforeLoad: ({ search, params }) => {
    if (search.as_of !== undefined || search.known_at !== undefined) {
      throw redirect({ to: '/objectives/$reference/edit', params, search: { as_of: undefined, known_at: undefined } })
    }
  },
  component: lazyRouteComponent(() => import('./EditPage'), 'EditPage'),
})

export const templatesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/templates',
  validateSearch: (search): { department?: string } => ({ department: textOf(search.department) }),
  component: lazyRouteComponent(() => import('./templates/TemplatesPage'), 'TemplatesPage'),
})
