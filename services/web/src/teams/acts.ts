import { body, client, useCommand, type Schema } from '../api'
import { useIsOneOf } from '../sign-in/roles'
import { useMayChange } from '../time-travel'

/** Whether the one who is signed in may change teams, on the day that the page looks at. */
export function useMayKeepTeams(): boolean {
  const admin = useIsOneOf('admin')
  return useMayChange() && admin
}

/** What is said of a team, as it is typed. */
export type Typed = { name: string; parent: string; lead: string; holds_from: string }

/** The fields of a team, as the gateway calls them: what is wrong with them is told at them. */
export const FIELDS = ['name', 'parent', 'lead', 'holds_from'] as const

/** What is otherwise than it was: what nobody touched is not said anew. */
export function changeOf(seen: Schema['Team'], { name, parent, lead, holds_from }: Typed): Schema['TeamChange'] | null {
  const changed = {
    ...(name !== seen.name && { name }),
    ...(parent !== (seen.parent?.id ?? '') && { parent: parent || null }),
    ...(lead !== (seen.lead?.id ?? '') && { lead: lead || null }),
  }
  return Object.keys(changed).length === 0 ? null : { ...changed, holds_from: holds_from || null }
}

export function useFoundTeam(onDone: (done: { id: string }) => void) {
  return useCommand(
    ({ name, parent, lead, holds_from }: Typed, header) =>
      body(
        client.POST('/v1/teams', {
          params: { header },
          body: { name, parent: parent || null, lead: lead || null, holds_from: holds_from || null },
        }),
      ),
    onDone,
  )
}

export function useChangeTeam(team: string, onDone: () => void) {
  return useCommand(
    (said: Schema['TeamChange'], header) =>
      body(client.PATCH('/v1/teams/{team}', { params: { path: { team }, header }, body: said })),
    onDone,
  )
}

export function useDissolveTeam(team: string, onDone: () => void) {
  return useCommand(
    (said: Schema['Dissolution'], header) =>
      body(client.POST('/v1/teams/{team}/dissolve', { params: { path: { team }, header }, body: said })),
    onDone,
  )
}
