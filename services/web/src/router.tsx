import { createRouter } from '@tanstack/react-router'
import { editObjectiveRoute, newObjectiveRoute, templatesRoute } from './creating/route'
import { objectiveRoute } from './objective/route'
import { objectivesRoute } from './objectives/route'
import { homeRoute, rootRoute, shellRoute } from './shell/route'
import { signInRoute } from './sign-in/route'

/** Every page; one more is a line here, and one in `shell/navigation.ts`. */
export const router = createRouter({
  routeTree: rootRoute.addChildren([
    signInRoute,
    homeRoute,
    shellRoute.addChildren([objectivesRoute, newObjectiveRoute, editObjectiveRoute, templatesRoute]),
  ]),
  routeTree: rootRoute.addChildren([signInRoute, homeRoute, shellRoute.addChildren([objectivesRoute, objectiveRoute])]),
  defaultPreload: 'intent',
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
