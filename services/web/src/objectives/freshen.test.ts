import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import type { Schema } from '../api'
import { freshenTrees, withIt } from './freshen'
import { TREE } from './queries'

const row = (id: string, parent: string | null = null) =>
  ({
    id,
    depth: 2,
    progress: 0.1,
    parent: parent && { objective: { id: parent }, key_result: null },
    key_results: [],
  }) as unknown as Schema['TreeObjective']
const told = (id: string, parent: string | null = null) =>
  ({ ...row(id, parent), depth: undefined, progress: 0.5 }) as unknown as Schema['Objective']

test('an objective is as it is now, where it stood', () => {
  const rows = [row('a'), row('b', 'a')]
  const now = withIt(rows, told('b', 'a'))
  expect(now[1]).toMatchObject({ id: 'b', depth: 2, progress: 0.5 })
  expect(now[0]).toBe(rows[0])
})

test('a tree waits for what stands elsewhere now, and has nothing of what it does not show', () => {
  const rows = [row('a'), row('b', 'a')]
  expect(withIt(rows, told('b'))).toBe(rows)
  expect(withIt(rows, told('c'))).toBe(rows)
  expect(withIt(rows, null)).toBe(rows)
})

test('a tree of one page is asked for whole alone', async () => {
  const queries = new QueryClient()
  const key = [TREE, '/v1/tree', { query: { cycle: 'x' } }, {}]
  queries.setQueryData(key, [row('a')])
  await freshenTrees(queries, [{ kind: 'objective', id: 'a', objective_id: null, what: ['numbers'] }])
  expect(queries.getQueryData(key)).toEqual([row('a')])
})
