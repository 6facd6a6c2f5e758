import type { Schema } from '../api'
import { parentOf } from '../objectives/rows'

type Objective = Schema['TreeObjective']

/** An objective on the map: where it lies, and by their places in the list what is above and below it. */
export type MapNode = {
  objective: Objective
  x: number
  y: number
  depth: number
  parent: number | null
  children: number[]
}

export const COLUMN = 280
export const ROW = 36
export const CARD = { width: 240, height: 28 }

const FEW = 4
const MOST_COLUMNS = 4

/**
 * From left to right, each in the middle before what is below it. Many that have nothing below them lie in columns beside
 * each other: in one the map of a company would be a thread.
 */
export function layOut(objectives: readonly Objective[]): MapNode[] {
  const nodes: MapNode[] = objectives.map((objective) => ({
    objective,
    x: 0,
    y: 0,
    depth: 0,
    parent: null,
    children: [],
  }))
  const places = new Map(objectives.map((it, place) => [it.id, place]))
  const tops: number[] = []
  nodes.forEach((node, place) => {
    const parent = places.get(parentOf(node.objective) ?? '')
    const above = parent === undefined ? undefined : nodes[parent]
    if (parent === undefined || above === undefined) return tops.push(place)
    node.parent = parent
    return above.children.push(place)
  })
  const at = (place: number) => nodes[place] as MapNode
  let row = 0

  const putBlock = (leaves: readonly number[], depth: number) => {
    const columns = Math.min(MOST_COLUMNS, Math.ceil(leaves.length / FEW))
    leaves.forEach((place, number) => {
      Object.assign(at(place), {
        depth,
        x: (depth + (number % columns)) * COLUMN,
        y: (row + Math.floor(number / columns)) * ROW,
      })
    })
    row += Math.ceil(leaves.length / columns)
  }
  const put = (siblings: readonly number[], depth: number) => {
    const inner = siblings.filter((place) => at(place).children.length > 0)
    const leaves = siblings.filter((place) => at(place).children.length === 0)
    for (const place of inner) {
      const from = row
      put(at(place).children, depth + 1)
      Object.assign(at(place), { depth, x: depth * COLUMN, y: ((from + row - 1) / 2) * ROW })
      row += 0.5
    }
    if (leaves.length > 0) putBlock(leaves, depth)
  }
  put(tops, 0)
  return nodes
}

/** Which one a key leads to: up and down on the same level, left to what is above, right to what is below. */
export function neighbour(nodes: readonly MapNode[], from: number, key: string): number | null {
  const node = nodes[from]
  if (node === undefined) return null
  if (key === 'ArrowLeft') return node.parent
  if (key === 'ArrowRight') return node.children[0] ?? null
  const level = nodes
    .map((it, place) => ({ it, place }))
    .filter(({ it }) => it.depth === node.depth)
    .sort((a, b) => a.it.y - b.it.y || a.it.x - b.it.x)
    .map(({ place }) => place)
  const here = level.indexOf(from)
  const steps: Record<string, number> = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: level.length - 1 }
  const step = steps[key]
  return step === undefined ? null : (level[step] ?? null)
}
