import { expect, it } from 'vitest'
import { inOrder, nextOf } from './order'

const reported = (id: string, due_by: string | null, stale = false) => ({ id, due_by, stale }) as never

const ALL = inOrder([
  reported('done', null),
  reported('later', '2026-03-31'),
  reported('soon', '2026-03-08'),
  reported('silent', '2026-03-31', true),
])

it('what nobody has heard of for long comes first, then what is due first, then what is done', () => {
  expect(ALL.map((it) => it.id)).toEqual(['silent', 'soon', 'later', 'done'])
})

it('after the last one that is left comes the first that was passed over', () => {
  const isLeft = (it: { id: string }) => it.id === 'silent' || it.id === 'later'
  expect(nextOf(ALL, isLeft, 'silent')?.id).toBe('later')
  expect(nextOf(ALL, isLeft, 'later')?.id).toBe('silent')
  expect(nextOf(ALL, () => false, 'later')).toBe(undefined)
})
