import { describe, expect, it } from 'vitest'
import type { Schema } from '../api'
import { columnsOf, inOrder, namesOf, nextSort, sortOf } from './columns'

describe('columns in the address', () => {
  it('are those that are named, in their own order; the usual ones where none is', () => {
    expect(columnsOf('progress,ref')).toEqual(['ref', 'progress'])
    expect(columnsOf('nonsense')).toEqual(columnsOf(undefined))
    expect(namesOf(columnsOf(undefined))).toBeUndefined()
  })

  it('are sorted up, down, and not at all', () => {
    const up = nextSort(null, 'progress')
    const down = nextSort(up, 'progress')
    expect([up, down, nextSort(down, 'progress')]).toEqual([sortOf('progress'), sortOf('-progress'), null])
  })

  it('have what there is none of last, in either order', () => {
    const of = (progress: number | null) => ({ progress }) as Schema['TreeObjective']
    const sorted = (named: string) => {
      const sort = sortOf(named)
      return sort && [of(null), of(0.2), of(0.9)].sort(inOrder(sort, 'en')).map((it) => it.progress)
    }
    expect(sorted('progress')).toEqual([0.2, 0.9, null])
    expect(sorted('-progress')).toEqual([0.9, 0.2, null])
    const statuses = ['behind', null, 'achieved'].map((status) => ({ status }) as never)
    const descending = inOrder({ by: 'status', descending: true }, 'en')
    expect(statuses.sort(descending).map((it: { status: unknown }) => it.status)).toEqual(['achieved', 'behind', null])
  })
})
