import { describe, expect, it } from 'vitest'
import type { Schema } from '../api'
import { rowsOf } from './rows'

function objective(id: string, parent?: string): Schema['TreeObjective'] {
  const above =
    parent === undefined ? null : { objective: { id: parent, ref: parent, title: parent }, key_result: null }
  return { id, title: id, parent: above } as Schema['TreeObjective']
}

const tree = [objective('a'), objective('b', 'a'), objective('c', 'a'), objective('d', 'c'), objective('e', 'hidden')]
const ids = (rows: ReturnType<typeof rowsOf>) => rows.map((it) => it.objective.id)

describe('rowsOf', () => {
  it('shows what is below an objective only where it is open', () => {
    expect(ids(rowsOf(tree, (id) => id === 'a'))).toEqual(['a', 'b', 'c', 'e'])
  })

  it('shows what a filter finds and what leads there, opened', () => {
    expect(
      ids(
        rowsOf(
          tree,
          () => false,
          (it) => it.title === 'd',
        ),
      ),
    ).toEqual(['a', 'c', 'd'])
  })

  it('shows key results before what is aligned to their objective, as far as they have rows', () => {
    const shared = { id: 'k', title: 'K' } as Schema['TreeKeyResult']
    const keyResultsOf = ({ id }: Schema['TreeObjective']) => (id === 'a' || id === 'd' ? [shared] : [])
    const rows = rowsOf(tree, () => true, undefined, undefined, keyResultsOf)
    expect(rows.map((it) => it.id)).toEqual(['a', 'a k', 'b', 'c', 'd', 'd k', 'e'])
    expect(rows[1]).toMatchObject({ level: 2, place: 1, siblings: 3, open: null })
    expect(rows[2]).toMatchObject({ place: 2, siblings: 3, open: null })
    expect(rows[4]).toMatchObject({ open: true })
    expect(rowsOf(tree, () => false, undefined, undefined, keyResultsOf).map((it) => it.id)).toEqual(['a', 'e'])
  })

  it('puts at the top what stands under something that its reader may not see', () => {
    expect(rowsOf(tree, () => false).at(-1)).toMatchObject({ level: 1, place: 2, siblings: 2, open: null })
  })
})
