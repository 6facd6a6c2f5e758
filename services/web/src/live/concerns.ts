import type { Query } from '@tanstack/react-query'
import type { Change, GetPath, Kind, What } from '../api'

/** What an answer may have something new of: things of a kind, or one part of what is told of them. */
type Of = Kind | `${Kind}:${What}`

/**
 * What may come into an answer that did not speak of it yet. What it speaks of already, by its id in the question or in the answer, concerns
 * it anyway. A question that the gateway learns to answer has to have its line here.
 */
const MAY_COME_INTO: Record<GetPath, readonly Of[] | 'nothing' | 'anything'> = {
  '/v1/tree': ['objective:definition', 'key_result:definition'],
  '/v1/objectives': ['objective'],
  '/v1/objectives/{ref}': [],
  '/v1/objectives/{ref}/series': [],
  '/v1/objectives/{ref}/comments': [],
  '/v1/objectives/{ref}/history': [],
  '/v1/key-results': ['key_result', 'objective:definition'],
  '/v1/key-results/{ref}': [],
  '/v1/key-results/{ref}/check-ins': [],
  '/v1/key-results/{ref}/check-ins/{check_in}': [],
  '/v1/key-results/{ref}/comments': ['objective:comments'],
  '/v1/key-results/{ref}/history': [],
  '/v1/check-ins': ['key_result:check_ins'],
  '/v1/check-ins/{check_in}/comments': ['objective:comments'],
  '/v1/comments/{comment}': ['objective:comments'],
  '/v1/people/{person}/page': ['objective:definition', 'objective:comments', 'key_result', 'task', 'inbox'],
  '/v1/people/{person}/owned': ['objective', 'key_result', 'task', 'kpi', 'initiative', 'team', 'person'],
  '/v1/inbox': ['inbox', 'objective', 'key_result:definition', 'task'],
  '/v1/tasks': ['task'],
  '/v1/tasks/{task}': [],
  '/v1/initiatives': ['initiative'],
  '/v1/initiatives/{initiative}': [],
  '/v1/milestones': ['milestone'],
  '/v1/milestones/{milestone}': [],
  '/v1/kpis': ['kpi'],
  '/v1/kpis/{kpi}': [],
  '/v1/kpis/{kpi}/values': [],
  '/v1/cycles': ['cycle'],
  '/v1/cycles/{cycle}': [],
  '/v1/cycles/{cycle}/report': ['cycle'],
  '/v1/cycles/{cycle}/participation': ['objective:definition', 'key_result'],
  '/v1/cycle-comparison': ['objective', 'key_result', 'cycle'],
  '/v1/teams': ['team'],
  '/v1/teams/{team}': ['person'],
  '/v1/teams/{team}/members': ['person'],
  '/v1/teams/{team}/progress': ['objective', 'team'],
  '/v1/pillars': ['pillar'],
  '/v1/pillars/{pillar}': [],
  '/v1/pillars/{pillar}/progress': ['objective'],
  '/v1/views': 'nothing', // what somebody keeps is told to no stream
  '/v1/views/{view}': 'nothing',
  '/v1/vision': ['vision', 'pillar'],
  '/v1/people': ['person', 'team'],
  '/v1/people/{person}': ['team'],
  '/v1/templates': ['template'],
  '/v1/templates/{template}': [],
  '/v1/coach': ['objective', 'key_result'],
  '/v1/audit/actions': 'anything',
  '/v1/settings': [],
  '/v1/settings/{setting}': [],
  '/v1/me': ['person'],
  '/v1/session': ['person'],
  '/v1/session/sign-in': 'nothing',
  '/v1/session/callback': 'nothing',
  '/v1/coach/rules': 'nothing',
  '/v1/limits': 'nothing',
  '/v1/reasons': 'nothing',
  '/v1/event-types': 'nothing',
  '/v1/clock': 'nothing',
  '/v1/effort': 'nothing', // when somebody logs their time is told to no stream
  '/v1/tasks/{task}/effort': 'nothing',
  '/v1/initiatives/{initiative}/effort': 'nothing',
  '/v1/teams/{team}/effort': 'nothing',
  '/v1/status': 'nothing',
  '/v1/dead-letters': 'nothing',
  '/v1/projections/progress/digest': 'anything',
  '/v1/changes': 'nothing',
  '/v1/events': 'nothing',
  '/v1/audit/export': 'nothing',
  '/v1/export-tables': 'nothing',
  '/.well-known/jwks.json': 'nothing',
  '/health': 'nothing',
  '/health/live': 'nothing',
  '/health/ready': 'nothing',
  '/openapi.json': 'nothing',
  '/docs': 'nothing',
  '/v1/tenants': 'nothing',
  '/v1/tenants/{tenant}': 'nothing',
}

/** Of the queries in the cache those that a change concerns. */
export function isConcerned(
  { queryKey, state }: Pick<Query, 'queryKey' | 'state'>,
  changes: readonly Change[],
): boolean {
  const path = queryKey.find((it): it is GetPath => typeof it === 'string' && it in MAY_COME_INTO)
  if (path === undefined || isOfWhatWasKnown(queryKey)) return false
  const may = MAY_COME_INTO[path]
  if (may === 'nothing') return false
  const spokenOf = (id: string | null) => id !== null && (idsIn(queryKey).has(id) || idsIn(state.data).has(id))
  return changes.some(
    (it) =>
      it.kind === 'settings' || // bounds, bands, the zone in which days begin: any number may be another
      may === 'anything' ||
      may.some((of) => isOf(it, of)) ||
      spokenOf(it.id) ||
      spokenOf(it.objective_id),
  )
}

/** Whether one of these ids stands in a question or its answer. */
export function speaksOf({ queryKey, state }: Pick<Query, 'queryKey' | 'state'>, ids: ReadonlySet<string>): boolean {
  return [...ids].some((id) => idsIn(queryKey).has(id) || idsIn(state.data).has(id))
}

function isOf({ kind, what }: Change, of: Of): boolean {
  return of === kind || what.some((it) => of === `${kind}:${it}`)
}

/** What was known at an instant stays what it was. */
function isOfWhatWasKnown(queryKey: readonly unknown[]): boolean {
  return queryKey.some((it) => typeof it === 'object' && it !== null && 'known_at' in it && it.known_at !== undefined)
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const found = new WeakMap<object, ReadonlySet<string>>()
const NONE: ReadonlySet<string> = new Set()

/** Every id in an answer; an answer that is still the same is not looked through again. */
function idsIn(value: unknown): ReadonlySet<string> {
  if (typeof value !== 'object' || value === null) return NONE
  const known = found.get(value)
  if (known) return known
  const ids = new Set<string>()
  const look = (it: unknown) => {
    if (typeof it === 'string') {
      if (it.length === 36 && ID.test(it)) ids.add(it)
    } else if (typeof it === 'object' && it !== null) {
      Object.values(it).forEach(look)
    }
  }
  look(value)
  found.set(value, ids)
  return ids
}
