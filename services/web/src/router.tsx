import { createRouter } from '@tanstack/react-router'
import { adminPeopleRoute } from './admin/people/route'
import { adminCyclesRoute } from './admin/cycles/route'
import { adminImportRoute } from './admin/import/route'
import { adminOperatorRoute } from './admin/operator/route'
import { adminSettingsRoute } from './admin/settings/route'
import { checkInsRoute } from './check-ins/route'
import { companyRoute } from './company/route'
import { editObjectiveRoute, newObjectiveRoute, templatesRoute } from './creating/route'
import { cycleClosingRoute } from './cycle-closing/route'
import { cycleReportRoute } from './cycle-report/route'
import { inboxRoute } from './inbox/route'
import { kpisRoute } from './kpis/route'
import { mapRoute } from './map/route'
import { milestonesRoute } from './milestones/route'
import { objectiveRoute } from './objective/route'
import { objectivesRoute } from './objectives/route'
import { participationRoute } from './participation/route'
import { personRoute } from './person/route'
import { homeRoute, rootRoute, shellRoute } from './shell/route'
import { signInRoute } from './sign-in/route'
import { strategyRoute } from './strategy/route'
import { tasksRoute } from './tasks/route'
import { teamRoute, teamsRoute } from './teams/route'

/** Every page; one more is a line here, and one in `shell/navigation.ts`. */
export const router = createRouter({
  routeTree: rootRoute.addChildren([
    signInRoute,
    homeRoute,
    shellRoute.addChildren([
      objectivesRoute,
      objectiveRoute,
      newObjectiveRoute,
      editObjectiveRoute,
      templatesRoute,
      checkInsRoute,
      tasksRoute,
      inboxRoute,
      companyRoute,
      cycleReportRoute,
      cycleClosingRoute,
      mapRoute,
      teamsRoute,
      teamRoute,
      personRoute,
      kpisRoute,
      milestonesRoute,
      strategyRoute,
      participationRoute,
      adminPeopleRoute,
      adminCyclesRoute,
      adminSettingsRoute,
      adminImportRoute,
      adminOperatorRoute,
    ]),
  ]),
  defaultPreload: 'intent',
})

/** Fetches what the page of an address is made of before it is known who is signed in: neither waits for the other. */
export function fetchPageAt(path: string): void {
  const [matchedRoutes] = router.getMatchedRoutes(path === '/' ? objectivesRoute.fullPath : path)
  matchedRoutes.forEach((it) => void router.loadRouteChunk(it)?.catch(() => undefined)) // whoever shows it says what failed
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
