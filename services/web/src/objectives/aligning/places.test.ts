import { describe, expect, it } from 'vitest'
import type { Schema } from '../../api'
import type { Row } from '../rows'
import { aligned, obstacleTo, placeOf, presentPlace } from './places'

type Objective = Schema['TreeObjective']

const objective = (id: string, parent: string | null, state: Objective['state'] = 'active') =>
  ({
    id,
    ref: id,
    title: id,
    state,
    parent: parent === null ? null : { objective: { id: parent, ref: parent, title: parent }, key_result: null },
  }) as Objective
const row = (it: Objective, keyResult: Partial<Schema['TreeKeyResult']> | null = null) =>
  ({ id: it.id, objective: it, keyResult }) as Row

const [top, team, own, closed] = [
  objective('top', null),
  objective('team', 'top'),
  objective('own', 'team'),
  objective('closed', null, 'closed'),
]
const tree = [top, team, own, closed]

describe('where an objective can be aligned', () => {
  it('is not under itself or what serves it', () => {
    expect(obstacleTo(top, row(top), tree)).toBe('loop')
    expect(obstacleTo(top, row(own), tree)).toBe('loop')
    expect(obstacleTo(own, row(top), tree)).toBe(null)
  })

  it('is not under what has ended', () => {
    expect(obstacleTo(own, row(closed), tree)).toBe('ended')
    expect(obstacleTo(own, row(top, { id: 'k', cancelled: true }), tree)).toBe('ended')
  })

  it('is not where it stands already; a key result of the same objective is another place', () => {
    expect(obstacleTo(own, row(team), tree)).toBe('there')
    expect(obstacleTo(top, null, tree)).toBe('there')
    expect(obstacleTo(own, row(team, { id: 'k', cancelled: false }), tree)).toBe(null)
    expect(obstacleTo(own, null, tree)).toBe(null)
  })
})

describe('what is aligned', () => {
  it('stands in its new place at once, and can be brought back', () => {
    const before = presentPlace(own)
    const moved = aligned(tree, { id: 'own', title: 'own', to: placeOf(row(top)) })
    expect(moved[2]?.parent?.objective?.id).toBe('top')
    expect(aligned(moved, { id: 'own', title: 'own', to: before ?? null })[2]?.parent?.objective?.id).toBe('team')
  })

  it('cannot be brought back under what its reader may not know of', () => {
    expect(presentPlace({ ...own, parent: { objective: null, key_result: null } })).toBe(undefined)
  })
})
