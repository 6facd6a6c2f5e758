import { describe, expect, it } from 'vitest'
import type { Schema } from '../api'
import { fitted, nodeAt, revealing, seen, zoomed } from './camera'
import { CARD, layOut, neighbour } from './layout'

const objective = (id: string, parent?: string) =>
  ({ id, title: id, parent: parent === undefined ? null : { objective: { id: parent } } }) as Schema['TreeObjective']
const SIZE = { width: 1000, height: 600 }

describe('the layout of the map', () => {
  it('puts what is below to the right, and what is above in its middle', () => {
    const [top, first, last] = layOut([objective('top'), objective('first', 'top'), objective('last', 'top')])
    expect(first?.x).toBeGreaterThan(top?.x ?? 0)
    expect(top?.y).toBe(((first?.y ?? 0) + (last?.y ?? 0)) / 2)
  })

  it('lets no two lie on one another, also where there are thousands', () => {
    const teams = Array.from({ length: 60 }, (_, number) => objective(`t${number}`, 'top'))
    const own = Array.from({ length: 2400 }, (_, number) => objective(`o${number}`, `t${number % 50}`))
    const nodes = layOut([objective('top'), ...teams, ...own])
    expect(new Set(nodes.map((it) => `${it.x} ${it.y}`)).size).toBe(nodes.length)
    const sorted = [...nodes].sort((a, b) => a.x - b.x || a.y - b.y)
    const apart = sorted.slice(1).every((it, place) => {
      const before = sorted[place]
      return before === undefined || it.x !== before.x || it.y - before.y >= CARD.height
    })
    expect(apart).toBe(true)
  })

  it('shows at the top what hangs under something that is not there', () => {
    expect(layOut([objective('lost', 'elsewhere')]).map((it) => [it.depth, it.parent])).toEqual([[0, null]])
  })
})

describe('keys', () => {
  const nodes = layOut([objective('a'), objective('b'), objective('a1', 'a'), objective('b1', 'b')])
  it('lead right to what is below, left to what is above, up and down on the same level', () => {
    expect(neighbour(nodes, 0, 'ArrowRight')).toBe(2)
    expect(neighbour(nodes, 2, 'ArrowLeft')).toBe(0)
    expect(neighbour(nodes, 2, 'ArrowDown')).toBe(3)
    expect(neighbour(nodes, 3, 'Home')).toBe(2)
  })

  it('lead nowhere at an end', () => {
    expect(neighbour(nodes, 0, 'ArrowUp')).toBeNull()
    expect(neighbour(nodes, 2, 'ArrowRight')).toBeNull()
  })
})

describe('the camera', () => {
  const nodes = layOut(Array.from({ length: 3000 }, (_, number) => objective(`${number}`)))
  it('sees all of it', () => {
    const camera = fitted(nodes, SIZE)
    const corners = nodes.map((it) => seen(camera, it))
    expect(corners.every(({ x, y }) => x >= 0 && x <= SIZE.width && y >= 0 && y <= SIZE.height)).toBe(true)
  })

  it('keeps under the pointer what is there, when it goes nearer', () => {
    const before = { scale: 0.5, x: 10, y: 20 }
    const after = zoomed(before, 1.5, { x: 300, y: 200 })
    expect((300 - after.x) / after.scale).toBeCloseTo((300 - before.x) / before.scale)
  })

  it('comes near enough to read what it shows, and finds it there', () => {
    const last = nodes.at(-1)
    if (last === undefined) throw new Error('no node')
    const camera = revealing(fitted(nodes, SIZE), last, SIZE)
    const { x, y } = seen(camera, last)
    expect(x).toBeGreaterThanOrEqual(0)
    expect(y + CARD.height * camera.scale).toBeLessThanOrEqual(SIZE.height)
    expect(nodeAt(nodes, camera, { x: x + 5, y: y + 5 })).toBe(nodes.length - 1)
  })
})
