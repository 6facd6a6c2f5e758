import { describe, expect, it } from 'vitest'
import { isOverdue, startOf, timeLineOf } from './lanes'
import type { Milestone } from './queries'

const milestone = (title: string, day: string, said: Partial<Milestone> = {}) =>
  ({ id: title, title, day, first_day: day, team: null, phase: 'planned', ...said }) as Milestone
const sales = { id: 's', name: 'Sales' } as Milestone['team']

describe('the time line', () => {
  it('has the company first, then the teams by name', () => {
    const { lanes } = timeLineOf(
      [milestone('a', '2026-03-01', { team: sales }), milestone('b', '2026-04-01')],
      '2026-03-10',
    )
    expect(lanes.map((it) => it.team)).toEqual([null, 'Sales'])
  })

  it('puts a label that would lie on another one into the next line', () => {
    const { lanes } = timeLineOf(
      [milestone('A long title', '2026-03-01'), milestone('Another', '2026-03-05'), milestone('Later', '2026-06-01')],
      '2026-03-10',
    )
    expect(lanes[0]?.spots.map((it) => it.line)).toEqual([0, 1, 0])
    expect(lanes[0]?.lines).toBe(2)
  })

  it('shows whence one was postponed, and has today and the months on it', () => {
    const { lanes, today, months } = timeLineOf(
      [milestone('a', '2026-05-01', { first_day: '2026-04-01', phase: 'postponed' })],
      '2026-04-21',
    )
    const spot = lanes[0]?.spots[0]
    expect((spot?.left ?? 0) - (spot?.from ?? 0)).toBe(120)
    expect(today).toBeGreaterThan(spot?.from ?? 0)
    expect(months.map((it) => it.day)).toEqual(['2026-04-01', '2026-05-01', '2026-06-01'])
  })

  it('begins with a whole label, or with today at its third', () => {
    const line = timeLineOf(
      [milestone('A thousand batteries in the field', '2026-04-06'), milestone('Later', '2026-12-21')],
      '2026-11-28',
    )
    const [first] = line.lanes[0]?.spots ?? []
    const cutAt = (first?.left ?? 0) + 50
    expect(startOf(line, line.width - cutAt)).toBe((first?.left ?? 0) - 24)
    expect(startOf(line, 300)).toBe(line.today - 100)
    expect(startOf(line, line.width + 500)).toBe(0)
  })

  it('knows what is overdue', () => {
    expect(isOverdue(milestone('a', '2026-03-01'), '2026-03-02')).toBe(true)
    expect(isOverdue(milestone('a', '2026-03-02'), '2026-03-02')).toBe(false)
    expect(isOverdue(milestone('a', '2026-03-01', { phase: 'reached' }), '2026-03-02')).toBe(false)
  })
})
