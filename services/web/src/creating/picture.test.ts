import { describe, expect, it } from 'vitest'
import { newKeyResult, type KeyResultDraft } from './draft'
import { pictureOf, progressAt, stepOf } from './picture'

const of = (said: Partial<KeyResultDraft>): KeyResultDraft => ({ ...newKeyResult('1'), ...said })

describe('progressAt', () => {
  it('is the share of the way of a number, in either direction, never beyond its ends', () => {
    expect(progressAt(of({ start: 80, target: 92 }), 84.8)).toBe(0.4)
    expect(progressAt(of({ start: 10, target: 4 }), 7)).toBe(0.5)
    expect(progressAt(of({ start: 10, target: 4 }), 12)).toBe(0)
    expect(progressAt(of({ start: 10, target: 4 }), 2)).toBe(1)
  })

  it('is all or nothing of what is kept, bounds included', () => {
    const kept = of({ measure: 'maintain', low: 2, high: 4 })
    expect([1.9, 2, 4, 4.1].map((value) => progressAt(kept, value))).toEqual([0, 1, 1, 0])
  })

  it('counts milestones by their weights', () => {
    const milestones = [1, 2, 3].map((weight) => ({ title: 'a', weight, dueDay: '' }))
    expect([0, 1, 2, 3].map((done) => progressAt(of({ measure: 'milestones', milestones }), done))).toEqual([
      0,
      expect.closeTo(1 / 6),
      0.5,
      1,
    ])
  })

  it('is none of what is measured first, and of what has no way to go', () => {
    expect(progressAt(of({ measure: 'baseline' }), 3)).toBeNull()
    expect(progressAt(of({ start: 3, target: 3 }), 3)).toBeNull()
  })
})

describe('pictureOf', () => {
  it('waits until the figures are there', () => {
    expect(pictureOf(of({ start: 80 }))).toBeNull()
    expect(pictureOf(of({ measure: 'maintain' }))).toBeNull()
    expect(pictureOf(of({ measure: 'baseline' }))).toBeNull()
  })

  it('goes a little beyond start and target, flat there', () => {
    const picture = pictureOf(of({ start: 80, target: 92 }))
    expect(picture?.from).toBeCloseTo(78.2)
    expect(picture?.to).toBeCloseTo(93.8)
    expect(picture?.line.map((it) => it.progress)).toEqual([0, 0, 1, 1])
  })

  it('drops where a value leaves its bounds', () => {
    expect(pictureOf(of({ measure: 'maintain', high: 24 }))?.line.map((it) => it.progress)).toEqual([1, 1, 0, 0])
  })
})

describe('stepOf', () => {
  it('is one, two or five of a power of ten', () => {
    expect([15.6, 1, 300, 80_000].map((span) => stepOf(span).toPrecision(3))).toEqual([
      '0.200',
      '0.0100',
      '2.00',
      '500',
    ])
  })
})
