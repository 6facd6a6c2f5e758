import { describe, expect, it } from 'vitest'
import type { Schema } from '../api'
import { lastWhole, overTime, shareOf } from './grid'

const period = (from: string, to: string, teams: Record<string, [number | null, number | null]>) =>
  ({
    from,
    to,
    teams: Object.entries(teams).map(([name, [done, due]]) => ({ team: { id: name, name }, done, due, hidden: false })),
  }) as Schema['ParticipationPeriod']

const weeks = [
  period('2026-01-05', '2026-01-11', { Sales: [3, 4], Care: [1, 5] }),
  period('2026-01-12', '2026-01-18', { Sales: [0, 4] }),
]

describe('participation over time', () => {
  it('lists teams by name, not by what they did, and leaves out what is not told', () => {
    expect(overTime(weeks).map((it) => [it.name, it.cells.map(shareOf)])).toEqual([
      ['Care', [0.2, null]],
      ['Sales', [0.75, 0]],
    ])
  })

  it('tells no share of what is hidden', () => {
    expect(overTime([period('2026-01-05', '2026-01-11', { Sales: [null, null] })])[0]?.cells).toEqual([null])
  })

  it('looks at the newest period that is over', () => {
    expect(lastWhole(weeks, '2026-01-14')).toBe(0)
    expect(lastWhole(weeks, '2026-01-19')).toBe(1)
    expect(lastWhole(weeks, '2026-01-06')).toBe(1)
  })
})
