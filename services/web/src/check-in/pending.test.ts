import { describe, expect, it } from 'vitest'
import { aKeyResult } from '../testing/keyResult'
import { withSaid } from './pending'

describe('a key result with a check-in that is on its way', () => {
  it('shows the value and the progress that it makes, in either direction', () => {
    expect(withSaid(aKeyResult(), { value: 40 })).toMatchObject({ value: 40, progress: 0.4 })
    expect(withSaid(aKeyResult({ start: 50, target: 20 }), { value: 35 })).toMatchObject({ progress: 0.5 })
  })

  it('clamps the progress, and keeps it unclamped beside', () => {
    expect(withSaid(aKeyResult(), { value: -20 })).toMatchObject({ progress: 0, progress_raw: -0.2 })
  })

  it('keeps what is maintained if it lies within the bounds, these included', () => {
    const kept = aKeyResult({ measure: 'maintain', mode: 'latest', start: null, target: null, low: 95, high: 99 })
    expect(withSaid(kept, { value: 95 }).progress).toBe(1)
    expect(withSaid(kept, { value: 94.9 }).progress).toBe(0)
    expect(withSaid({ ...kept, mode: 'share', progress: 0.3 }, { value: 95 }).progress).toBe(0.3)
  })

  it('weighs milestones', () => {
    const milestones = [3, 1].map((weight) => ({ title: 'x', weight, due_day: null, done: false }))
    const keyResult = aKeyResult({ measure: 'milestones', milestones, parts: null })
    expect(withSaid(keyResult, { milestones_done: [1] })).toMatchObject({ progress: 0.75 })
  })

  it('is the mean of the parts, by the shares of those who gave one', () => {
    const [ann, ben, cora] = ['ann', 'ben', 'cora'].map((id) => ({ id, handle: id, name: id }))
    const owners = [
      { person: ann, share: 3 },
      { person: ben, share: 1 },
      { person: cora, share: 1 },
    ] as never
    const parts = [{ person: ann, value: 20, as_of: '2026-03-01' }] as never
    expect(withSaid(aKeyResult({ owners, parts, value: 20 }), { value: 60, part: 'ben' }).value).toBe(30)
    expect(withSaid(aKeyResult({ owners, parts, value: 20 }), { value: 60 })).toMatchObject({ value: 60, parts: [] })
  })

  it('stays as it is where a later day was reported already', () => {
    const keyResult = aKeyResult({ value: 70, as_of: '2026-03-10' })
    expect(withSaid(keyResult, { value: 40, as_of: '2026-03-01' })).toEqual(keyResult)
  })

  it('keeps its value through an abstention', () => {
    expect(withSaid(aKeyResult({ value: 70 }), { abstention: 'late' })).toMatchObject({ value: 70, abstained: true })
  })
})
