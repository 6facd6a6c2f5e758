import type { Schema } from '../api'

type Objective = Schema['TreeObjective']

type KeyResult = Schema['TreeKeyResult']

/** A row of the tree as it is shown: an objective or one of its key results, how deep, which of how many, and whether what is below it is shown. */
export type Row = {
  /** One key result may count for several objectives, and have a row below each. */
  id: string
  objective: Objective
  /** null: the row is the objective's own. */
  keyResult: KeyResult | null
  level: number
  place: number
  siblings: number
  open: boolean | null
}

export const rowIdOf = (objective: Objective, keyResult: KeyResult) => `${objective.id} ${keyResult.id}`

/** The rows that are shown, parents before children. With a filter: what it finds, and above it what leads there. Siblings are in the order that is given; an objective's key results, as far as they are shown, come first. */
export function rowsOf(
  objectives: readonly Objective[],
  isOpen: (id: string) => boolean,
  filter?: (it: Objective) => boolean,
  order?: (a: Objective, b: Objective) => number,
  keyResultsOf: (it: Objective) => readonly KeyResult[] = () => NONE,
): Row[] {
  const kept = filter ? withParents(objectives, filter) : null
  const children = childrenOf(kept ? objectives.filter((it) => kept.has(it.id)) : objectives)
  if (order) children.forEach((siblings) => siblings.sort(order))
  const rows: Row[] = []
  const show = (parent: Objective | null, level: number) => {
    const own = parent === null ? NONE : keyResultsOf(parent).map((keyResult) => ({ objective: parent, keyResult }))
    const below = children.get(parent?.id ?? null) ?? []
    const siblings = own.length + below.length
    own.forEach((row, index) => {
      rows.push({ ...row, id: rowIdOf(row.objective, row.keyResult), level, place: index + 1, siblings, open: null })
    })
    below.forEach((objective, index) => {
      const turns = children.has(objective.id) || keyResultsOf(objective).length > 0
      const open = turns ? kept !== null || isOpen(objective.id) : null
      const place = own.length + index + 1
      rows.push({ id: objective.id, objective, keyResult: null, level, place, siblings, open })
      if (open) show(objective, level + 1)
    })
  }
  show(null, 1)
  return rows
}

const NONE: readonly never[] = []

/** What stands in a row. */
export function titleOf({ objective, keyResult }: Row): string {
  return (keyResult ?? objective).title
}

/** Of each objective those below it; of null those that nothing shown is above. */
function childrenOf(objectives: readonly Objective[]): Map<string | null, Objective[]> {
  const shown = new Set(objectives.map((it) => it.id))
  const children = new Map<string | null, Objective[]>()
  for (const it of objectives) {
    const above = parentOf(it)
    const parent = above !== null && shown.has(above) ? above : null
    const siblings = children.get(parent)
    if (siblings) siblings.push(it)
    else children.set(parent, [it])
  }
  return children
}

function withParents(objectives: readonly Objective[], filter: (it: Objective) => boolean): Set<string> {
  const byId = new Map(objectives.map((it) => [it.id, it]))
  const kept = new Set<string>()
  for (const found of objectives.filter(filter)) {
    let it: Objective | undefined = found
    while (it && !kept.has(it.id)) {
      kept.add(it.id)
      it = byId.get(parentOf(it) ?? '')
    }
  }
  return kept
}

export function parentOf(it: Objective): string | null {
  return it.parent?.objective?.id ?? null
}
