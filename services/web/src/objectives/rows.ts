import type { Schema } from '../api'

type Objective = Schema['TreeObjective']

/** A row of the tree as it is shown: an objective, how deep, which of how many, and whether what is below it is shown. */
export type Row = { objective: Objective; level: number; place: number; siblings: number; open: boolean | null }

/** The rows that are shown, parents before children. With a filter: what it finds, and above it what leads there. Siblings are in the order that is given. */
export function rowsOf(
  objectives: readonly Objective[],
  isOpen: (id: string) => boolean,
  filter?: (it: Objective) => boolean,
  order?: (a: Objective, b: Objective) => number,
): Row[] {
  const kept = filter ? withParents(objectives, filter) : null
  const children = childrenOf(kept ? objectives.filter((it) => kept.has(it.id)) : objectives)
  if (order) children.forEach((siblings) => siblings.sort(order))
  const rows: Row[] = []
  const show = (parent: string | null, level: number) => {
    const siblings = children.get(parent) ?? []
    siblings.forEach((objective, index) => {
      const open = children.has(objective.id) ? kept !== null || isOpen(objective.id) : null
      rows.push({ objective, level, place: index + 1, siblings: siblings.length, open })
      if (open) show(objective.id, level + 1)
    })
  }
  show(null, 1)
  return rows
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
