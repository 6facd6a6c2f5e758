import { describe, expect, it } from 'vitest'
import type { Schema } from '../api'
import { differenceOf } from './difference'

type Objective = Schema['TreeObjective']
function objective(id: string, said: Partial<Objective> & { under?: string } = {}): Objective {
  const { under, ...others } = said
  const parent = under === undefined ? null : { objective: { id: under, ref: under, title: under }, key_result: null }
  return { id, title: id, parent, progress: 0.4, status: 'behind', state: 'active', ...others } as Objective
}
const kinds = (then: Objective[], now: Objective[]) =>
  Object.fromEntries([...differenceOf(then, now).changes].map(([id, change]) => [id, [...change.kinds]]))

describe('the difference from then to now', () => {
  it('tells progress, a turned status, another parent and an end', () => {
    const then = [objective('a'), objective('b'), objective('c', { under: 'a' }), objective('d')]
    const now = [
      objective('a', { progress: 0.62 }),
      objective('b', { status: 'on_track' }),
      objective('c', { under: 'b' }),
      objective('d', { state: 'closed' }),
    ]
    expect(kinds(then, now)).toEqual({ a: ['progress'], b: ['status'], c: ['moved'], d: ['ended'] })
  })

  it('shows what appeared since where it is now, and keeps what is gone where it was', () => {
    const then = [objective('a'), objective('old', { under: 'a' })]
    const now = [objective('a'), objective('new', { under: 'a' })]
    const found = differenceOf(then, now)
    expect(found.objectives.map((it) => it.id)).toEqual(['a', 'old', 'new'])
    expect(kinds(then, now)).toEqual({ old: ['gone'], new: ['appeared'] })
    expect(found.counts.get('gone')).toBe(1)
  })

  it('is none where nobody could see it: 40.1 % and 40.9 % are shown as 40 %', () => {
    expect(kinds([objective('a', { progress: 0.401 })], [objective('a', { progress: 0.409 })])).toEqual({})
  })
})
