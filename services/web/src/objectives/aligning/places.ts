import type { Schema } from '../../api'
import { parentOf, type Row } from '../rows'

type Objective = Schema['TreeObjective']

/** What an objective is aligned to: another one, a key result of it, or nothing: then it stands at the top. */
export type Place = { objective: Schema['ObjectiveName']; keyResult: Schema['KeyResultName'] | null } | null

/** An objective that is to be aligned elsewhere. */
export type Aligning = { id: string; title: string; to: Place }

export function placeOf({ objective, keyResult }: Row): Place {
  return {
    objective: { id: objective.id, ref: objective.ref, title: objective.title },
    keyResult: keyResult && { id: keyResult.id, ref: keyResult.ref, title: keyResult.title },
  }
}

/** Where an objective stands; undefined: under something that its reader may not know of. */
export function presentPlace({ parent }: Objective): Place | undefined {
  if (parent === null) return null
  return parent.objective === null ? undefined : { objective: parent.objective, keyResult: parent.key_result }
}

export function titleOfPlace(place: NonNullable<Place>): string {
  return (place.keyResult ?? place.objective).title
}

/** Why an objective cannot be aligned so, as far as the tree tells it; the gateway has the last word. */
export type Obstacle = 'loop' | 'ended' | 'there' | null

const hasEnded = ({ state }: Objective) => state === 'closed' || state === 'cancelled'

export const isMovable = (objective: Objective) => !hasEnded(objective)

export function obstacleTo(moved: Objective, to: Row | null, objectives: readonly Objective[]): Obstacle {
  const now = presentPlace(moved)
  if (to === null) return now === null ? 'there' : null
  if (serves(to.objective, moved, objectives)) return 'loop'
  if (hasEnded(to.objective) || to.keyResult?.cancelled === true) return 'ended'
  return now?.objective.id === to.objective.id && now.keyResult?.id === to.keyResult?.id ? 'there' : null
}

/** Whether one objective is another, or stands below it. */
function serves(it: Objective, other: Objective, objectives: readonly Objective[]): boolean {
  const parents = new Map(objectives.map((each) => [each.id, parentOf(each)]))
  const seen = new Set<string>()
  for (let at: string | null = it.id; at !== null && !seen.has(at); at = parents.get(at) ?? null) {
    if (at === other.id) return true
    seen.add(at)
  }
  return false
}

/** The tree as it will be once an objective is aligned so. */
export function aligned(objectives: readonly Objective[], { id, to }: Aligning): readonly Objective[] {
  const parent = to && { objective: to.objective, key_result: to.keyResult }
  return objectives.map((it) => (it.id === id ? { ...it, parent } : it))
}
