import { describe, expect, it } from 'vitest'
import type { Schema } from '../api'
import { isOfWholeTrees, withChanges } from './following'

type Objective = Schema['TreeObjective']

const row = (id: string, parent: string | null = null, said: Partial<Objective> = {}) =>
  ({
    id,
    depth: parent === null ? 0 : 1,
    progress: 0.1,
    parent: parent === null ? null : { objective: { id: parent } },
    ...said,
  }) as Objective

const TREE = [row('top'), row('below', 'top'), row('beside', 'top')]
const changed = (objectives: Objective[], gone: string[] = [], next: string | null = null) => ({
  objectives,
  gone,
  next,
})

describe('a tree with what has changed in it', () => {
  it('has that in its place, and of all else the very same', () => {
    const now = withChanges(TREE, changed([row('below', 'top', { progress: 0.7 })]))
    expect(now?.map(({ id, progress }) => [id, progress])).toEqual([
      ['top', 0.1],
      ['below', 0.7],
      ['beside', 0.1],
    ])
    expect(now?.[0]).toBe(TREE[0])
  })

  it.each([
    ['is new', changed([row('new', 'top')])],
    ['hangs under another one', changed([row('below', 'beside')])],
    ['stands deeper', changed([row('below', 'top', { depth: 2 })])],
    ['is gone', changed([], ['below'])],
    ['is more than a page', changed([], [], 'further')],
  ])('is read whole where one %s', (_, changes) => {
    expect(withChanges(TREE, changes)).toBeNull()
  })

  it('cares not for what is gone from elsewhere', () => {
    expect(withChanges(TREE, changed([], ['of another cycle']))).toEqual(TREE)
  })
})

it.each([
  ['person', 'definition', true],
  ['settings', 'definition', true],
  ['kpi', 'definition', true],
  ['kpi', 'values', false],
  ['key_result', 'check_ins', false],
  ['objective', 'definition', false],
] as const)('a change of %s:%s wants whole trees: %s', (kind, what, wants) => {
  expect(isOfWholeTrees({ kind, id: 'a', objective_id: null, what: [what] })).toBe(wants)
})
