import { expect, it } from 'vitest'
import { without } from './without'

it('what one may not see any longer is dropped from every list, with what belongs to it', () => {
  const answer = {
    items: [{ id: 'a' }, { id: 'b', objective: { id: 'a' } }, { id: 'c', inner: [{ id: 'a' }] }],
    next: null,
  }
  expect(without(answer, new Set(['a']))).toEqual({ items: [{ id: 'c', inner: [] }], next: null })
})

it('an answer that has none of it stays the very same', () => {
  const answer = { items: [{ id: 'a' }] }
  expect(without(answer, new Set(['z']))).toBe(answer)
})
