import { describe, expect, it } from 'vitest'
import type { Schema } from '../api'
import { differenceOf } from './difference'

type Objective = Schema['TreeObjective']
function objective(id: string, said: Partial<Objective> & { under?: string } = {}): Objective {
  const { under, ...others } = said
  const parent = under === undefined ? null : { objective: { id: under, ref: under, title: under }, key_result: null }
  return {
    id,
    title: id,
    parent,
    progress: 0.4,
    status: 'behind',
    state: 'active',
    key_results: [],
    ...others,
  } as never
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

  it('tells that goalposts were moved: days, starts, targets, bounds, milestones; not that a key result came or went', () => {
    const measured = (id: string, said: Partial<Objective['key_results'][number]> = {}) =>
      ({
        id,
        start: 0,
        target: 10,
        milestones: [{ title: 'm', weight: 1, due_day: null, done: false }],
        ...said,
      }) as never
    const aiming = (...key_results: never[]) =>
      objective('a', { start_day: '2026-01-01', due_day: '2026-03-31', key_results })
    const then = [aiming(measured('k'), measured('gone'))]
    const posts = (...now: Objective[]) => kinds(then, now).a?.includes('goalposts') ?? false
    expect(posts(aiming(measured('new'), measured('k')))).toBe(false)
    expect(posts(aiming(measured('k', { milestones: [{ title: 'm', weight: 1, due_day: null, done: true }] })))).toBe(
      false,
    )
    expect(posts(aiming(measured('k', { target: 8 })))).toBe(true)
    expect(posts(aiming(measured('k', { start: 1 })))).toBe(true)
    expect(posts(aiming(measured('k', { high: 3 })))).toBe(true)
    expect(posts(aiming(measured('k', { milestones: [{ title: 'm', weight: 2, due_day: null, done: false }] })))).toBe(
      true,
    )
    expect(posts({ ...aiming(measured('k')), due_day: '2026-04-30' })).toBe(true)
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
