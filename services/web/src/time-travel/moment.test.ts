import { describe, expect, it } from 'vitest'
import type { Schema } from '../api'
import { dayIn, endOf, monthsUntil, yearBefore } from './days'
import { innermostOn, instantsAt, instantsOf, momentOf, presets, stepped } from './moment'

const ZURICH = { zone: 'Europe/Zurich', today: '2026-11-26' }
const cycle = (name: string, first_day: string, last_day: string) =>
  ({ id: name, name, first_day, last_day }) as Schema['Cycle']
const CYCLES = [
  cycle('2026', '2026-01-01', '2026-12-31'),
  cycle('Q4', '2026-10-01', '2026-12-31'),
  cycle('Q3', '2026-07-01', '2026-09-30'),
]

describe('a day', () => {
  it('ends when it ends where the tenant is, in summer and winter, and where the clocks change', () => {
    expect(endOf('2026-03-03', 'Europe/Zurich')).toBe('2026-03-03T22:59:59.999Z')
    expect(endOf('2026-07-01', 'Europe/Zurich')).toBe('2026-07-01T21:59:59.999Z')
    expect(endOf('2026-03-29', 'Europe/Zurich')).toBe('2026-03-29T21:59:59.999Z')
    expect(endOf('2026-03-03', 'America/New_York')).toBe('2026-03-04T04:59:59.999Z')
  })

  it('is the day that it is there', () => {
    expect(dayIn('Pacific/Auckland', new Date('2026-03-03T12:00:00Z'))).toBe('2026-03-04')
  })

  it('has one a year before it, and 29 February the 28th', () => {
    expect(yearBefore('2026-11-26')).toBe('2025-11-26')
    expect(yearBefore('2028-02-29')).toBe('2027-02-28')
  })
})

describe('a moment', () => {
  it('goes into the address and comes back from it', () => {
    for (const moment of [
      { trueOn: '2026-03-03', knownOn: null },
      { trueOn: '2026-03-03', knownOn: '2026-03-03' },
      { trueOn: '2026-11-26', knownOn: '2026-05-01' },
    ])
      expect(momentOf(instantsAt(moment, ZURICH), ZURICH)).toEqual(moment)
  })

  it('of today, or of a day to come, is the present', () => {
    expect(instantsAt({ trueOn: '2026-11-26', knownOn: '2026-11-26' }, ZURICH)).toEqual({})
    expect(instantsAt(stepped({ trueOn: '2026-11-25', knownOn: null }, 7, ZURICH.today), ZURICH)).toEqual({})
  })

  it('takes what was known on that day along when it is stepped, and nothing else', () => {
    expect(stepped({ trueOn: '2026-03-03', knownOn: '2026-03-03' }, -1, ZURICH.today).knownOn).toBe('2026-03-02')
    expect(stepped({ trueOn: '2026-03-03', knownOn: '2026-05-01' }, -7, ZURICH.today).knownOn).toBe('2026-05-01')
    expect(stepped(null, -7, ZURICH.today)).toEqual({ trueOn: '2026-11-19', knownOn: null })
  })

  it('is passed over where the address says something else', () => {
    expect(instantsOf({ as_of: 'yesterday', known_at: '2026-13-45' })).toEqual({})
    expect(instantsOf({ as_of: '2026-02-31x' })).toEqual({})
  })
})

describe('months', () => {
  it('begin on their first days, over the turn of a year, too', () => {
    expect(monthsUntil('2026-01-31', 3)).toEqual(['2026-01-01', '2025-12-01', '2025-11-01'])
  })
})

describe('presets', () => {
  it('are a week ago, the start of the innermost cycle, the end of the last one, a year ago', () => {
    expect(presets('2026-11-26', CYCLES).map((it) => [it.name, it.day])).toEqual([
      ['week', '2026-11-19'],
      ['cycleStart', '2026-10-01'],
      ['cycleEnd', '2026-09-30'],
      ['year', '2025-11-26'],
    ])
  })

  it('leave out what there is not', () => {
    expect(presets('2026-11-26', []).map((it) => it.name)).toEqual(['week', 'year'])
    expect(innermostOn('2020-01-01', CYCLES)).toBeUndefined()
  })
})
