import { describe, expect, it } from 'vitest'
import type { Schema } from '../api'
import { spanOf, worstFirst } from './range'

describe('the range of a KPI', () => {
  it('is seen whole, also where the values lie far from it', () => {
    const [least, most] = spanOf([12, 13], { low: 20, high: null })
    expect(least).toBeLessThan(12)
    expect(most).toBeGreaterThan(20)
  })

  it('has some height where nothing ever moved', () => {
    const [least, most] = spanOf([0], { low: null, high: null })
    expect(most).toBeGreaterThan(least)
  })

  it('puts what lies outside first, and what was not measured before what is fine', () => {
    const kpi = (ref: string, in_range: boolean | null) => ({ ref, in_range }) as Schema['Kpi']
    const told = worstFirst([kpi('fine', true), kpi('never', null), kpi('out', false), kpi('well', true)])
    expect(told.map((it) => it.ref)).toEqual(['out', 'never', 'fine', 'well'])
  })
})
