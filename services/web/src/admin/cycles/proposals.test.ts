import { describe, expect, it } from 'vitest'
import { enclosingOf, isShortened, overlapping, proposals } from './proposals'

const cycle = (name: string, first_day: string, last_day: string, state: 'active' | 'closed' = 'active') => ({
  id: name,
  name,
  first_day,
  last_day,
  state,
})
const YEAR = cycle('2026', '2026-01-01', '2026-12-31')
const HALF = cycle('2026-H1', '2026-01-01', '2026-06-30')
const QUARTER = { first_day: '2026-04-01', last_day: '2026-06-30' }

describe('what a cycle could be', () => {
  it('begins with the span that today lies in, over the turn of the year', () => {
    const [first, second] = proposals('quarter', '2026-11-27', [])
    expect(first).toEqual({ name: '2026-Q4', kind: 'tactical', first_day: '2026-10-01', last_day: '2026-12-31' })
    expect(second).toEqual({ name: '2027-Q1', kind: 'tactical', first_day: '2027-01-01', last_day: '2027-03-31' })
    expect(proposals('half', '2028-02-29', [])[0]).toMatchObject({ name: '2028-H1', last_day: '2028-06-30' })
    expect(proposals('year', '2026-11-27', [])[0]).toMatchObject({ name: '2026', kind: 'strategic' })
  })

  it('is not what there is already, however it is written', () => {
    expect(proposals('quarter', '2026-11-27', ['2026-q4'])[0]?.name).toBe('2027-Q1')
  })

  it('is six weeks from today on, of any name, where it is of no usual length', () => {
    expect(proposals('custom', '2026-11-27', [])).toEqual([
      { name: '', kind: 'custom', first_day: '2026-11-27', last_day: '2027-01-07' },
    ])
  })
})

describe('cycles around each other', () => {
  it('lie in the innermost that has all of their days and goes on', () => {
    expect(enclosingOf(QUARTER, [YEAR, HALF])).toBe(HALF)
    expect(enclosingOf(HALF, [YEAR, HALF])).toBe(YEAR)
    expect(enclosingOf(QUARTER, [cycle('2026', '2026-01-01', '2026-12-31', 'closed')])).toBeUndefined()
  })

  it('overlap where they share a day', () => {
    const next = cycle('next', '2026-06-30', '2026-09-30')
    expect(overlapping(QUARTER, [next, cycle('later', '2026-07-01', '2026-09-30')])).toEqual([next])
  })

  it('are shortened by either end', () => {
    expect(isShortened(HALF, { first_day: '2026-01-02', last_day: '2026-07-31' })).toBe(true)
    expect(isShortened(HALF, { first_day: '2025-12-01', last_day: '2026-07-31' })).toBe(false)
  })
})
