import { CARD, type MapNode } from './layout'

/** What is seen of the map: how large, and where its origin lies in the window. */
export type Camera = { scale: number; x: number; y: number }
export type Size = { width: number; height: number }
type Point = { x: number; y: number }

const [LEAST, MOST] = [0.02, 2]
const MARGIN = 24

/** Larger or smaller by a factor; what lies under the point stays there. */
export function zoomed(camera: Camera, factor: number, at: Point): Camera {
  const scale = Math.min(MOST, Math.max(LEAST, camera.scale * factor))
  const by = scale / camera.scale
  return { scale, x: at.x - (at.x - camera.x) * by, y: at.y - (at.y - camera.y) * by }
}

/** All of it in the window, no larger than it is. */
export function fitted(nodes: readonly MapNode[], size: Size): Camera {
  const width = Math.max(...nodes.map((it) => it.x), 0) + CARD.width
  const height = Math.max(...nodes.map((it) => it.y), 0) + CARD.height
  const free = { width: Math.max(1, size.width - 2 * MARGIN), height: Math.max(1, size.height - 2 * MARGIN) }
  const scale = Math.min(1, Math.max(LEAST, Math.min(free.width / width, free.height / height)))
  return { scale, x: (size.width - width * scale) / 2, y: (size.height - height * scale) / 2 }
}

/** Moved as little as it takes to see a node, and near enough to read what it says. */
export function revealing(camera: Camera, node: MapNode, size: Size): Camera {
  const near = camera.scale < LEGIBLE ? zoomed(camera, LEGIBLE / camera.scale, seen(camera, node)) : camera
  const { x, y } = seen(near, node)
  const [width, height] = [CARD.width * near.scale, CARD.height * near.scale]
  return {
    ...near,
    x: near.x + inside(x, width, size.width) - x,
    y: near.y + inside(y, height, size.height) - y,
  }
}

/** From this scale on cards are drawn, with what they say; below it dots. */
export const LEGIBLE = 0.55

/** Where the corner of a node lies in the window. */
export function seen(camera: Camera, node: Point): Point {
  return { x: node.x * camera.scale + camera.x, y: node.y * camera.scale + camera.y }
}

/** Which node lies under a point of the window; from far away the nearest dot. */
export function nodeAt(nodes: readonly MapNode[], camera: Camera, at: Point): number | null {
  if (camera.scale >= LEGIBLE) {
    const found = nodes.findIndex((node) => {
      const { x, y } = seen(camera, node)
      return at.x >= x && at.x <= x + CARD.width * camera.scale && at.y >= y && at.y <= y + CARD.height * camera.scale
    })
    return found < 0 ? null : found
  }
  const near = { distance: 12, place: null as number | null }
  nodes.forEach((node, place) => {
    const { x, y } = seen(camera, { x: node.x, y: node.y + CARD.height / 2 })
    const distance = Math.hypot(at.x - x, at.y - y)
    if (distance < near.distance) Object.assign(near, { distance, place })
  })
  return near.place
}

function inside(start: number, length: number, whole: number): number {
  return Math.max(MARGIN, Math.min(start, whole - length - MARGIN))
}
