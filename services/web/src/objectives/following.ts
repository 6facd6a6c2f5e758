import { answered, client, instantsFor, Problem, type Change, type Instants, type Schema } from '../api'

type Objective = Schema['TreeObjective']
type Page = Schema['Tree']

/** A cycle's tree, and from where on it is told what has changed in it. */
export type FollowedTree = {
  objectives: readonly Objective[]
  /** null: it cannot be followed. */
  positions: string | null
  /** When it was last read whole, by the clock of this browser. */
  wholeAt: number
}

/** How many objectives come at first, so that something is soon to be seen. */
export const FIRST_PAGE = 200
const PAGE = 1000
/** What the calendar alone moves, paces and statuses, is no change that is told. */
const WHOLE_EVERY = 15 * 60_000
const OUTDATED = 409 // a log was restored since then

let wholeSince = 0

/** Every tree is read whole the next time that it is asked for: it may have changed by what changes of objectives do not tell. */
export function readTreesWhole(): void {
  wholeSince = Date.now()
}

/** Whether a tree has to be read whole after a change: numbers that bounds and bands make, and what people, teams and KPIs are called. */
export function isOfWholeTrees({ kind, what }: Change): boolean {
  return kind === 'settings' || kind === 'person' || kind === 'team' || (kind === 'kpi' && what.includes('definition'))
}

/** Every page of a tree; the first one is told as soon as it is there. */
export async function readWhole(
  cycle: string,
  of: Instants | undefined,
  onFirst: (page: Page) => void,
): Promise<FollowedTree> {
  const wholeAt = Date.now()
  const instants = instantsFor('/v1/tree', of)
  const { body: first, positions } = await ask({ cycle, limit: FIRST_PAGE, ...instants })
  if (first.next !== null) onFirst(first)
  const objectives = [...first.objectives]
  let page = first
  while (page.next !== null) {
    page = (await ask({ cycle, limit: PAGE, cursor: page.next, ...instants })).body
    objectives.push(...page.objectives)
  }
  return { objectives, positions, wholeAt } // what came meanwhile is told after the first page's positions
}

/** The tree with what has changed in it since; null: it has to be read whole. */
export async function followedFrom(tree: FollowedTree, cycle: string): Promise<FollowedTree | null> {
  const { wholeAt } = tree
  if (tree.positions === null || wholeAt <= wholeSince || Date.now() - wholeAt > WHOLE_EVERY) return null
  const changes = await ask({ cycle, limit: PAGE, changed_since: tree.positions }).catch(nullIfOutdated)
  const objectives = changes && withChanges(tree.objectives, changes.body)
  return objectives && { objectives, positions: changes.positions, wholeAt }
}

/** Objectives with what they are now, in their places; null: one is new, gone or elsewhere, which changes the places of others. */
export function withChanges(
  objectives: readonly Objective[],
  changed: Pick<Page, 'objectives' | 'gone' | 'next'>,
): readonly Objective[] | null {
  if (changed.next !== null) return null
  const places = new Map(objectives.map(({ id }, place) => [id, place]))
  if (changed.gone.some((id) => places.has(id))) return null
  const now = [...objectives]
  for (const objective of changed.objectives) {
    const place = places.get(objective.id)
    if (place === undefined || !standsWhereItStood(now[place], objective)) return null
    now[place] = objective
  }
  return now
}

function standsWhereItStood(before: Objective | undefined, now: Objective): boolean {
  return before?.depth === now.depth && before.parent?.objective?.id === now.parent?.objective?.id
}

async function ask(query: { cycle: string; limit: number; cursor?: string; changed_since?: string } & Instants) {
  const { body, headers } = await answered(client.GET('/v1/tree', { params: { query } }))
  return { body, positions: headers.get('Cairn-Position') }
}

function nullIfOutdated(error: unknown): null {
  if (error instanceof Problem && error.status === OUTDATED) return null
  throw error
}
