import { describe, expect, it } from 'vitest'
import type { Schema } from '../../api'
import { progressOn, timelineOf } from './series'

const point = (day: string, progress: number, status: Schema['ProgressStatus']) =>
  ({ day, progress, status }) as Schema['SeriesPoint']
const series = {
  first_day: '2026-01-01',
  due_day: '2026-03-31',
  points: [
    point('2026-01-01', 0, 'not_started'),
    point('2026-01-02', 0.5, 'on_track'),
    point('2026-01-03', 0.5, 'on_track'),
    point('2026-01-04', 0.25, 'at_risk'),
  ],
} as Schema['Series']
const objective = {
  key_results: [
    { title: 'Launch', milestones: [{ title: 'Beta', due_day: '2026-02-01', weight: 1, done: false }] },
    { title: 'Sales', milestones: null },
  ],
} as unknown as Schema['Objective']
const change = (event: string, true_on: string, more: object = {}) =>
  ({
    event: `cairn.${event}`,
    true_on,
    recorded_at: '',
    key_result: { title: 'Sales' },
    comment: 'said',
    ...more,
  }) as unknown as Schema['Change']

describe('the time line of an objective', () => {
  it('has check-ins that stand, turned statuses, moved goalposts and milestones, in the order of their days', () => {
    const history = [
      change('checkins.v1.CheckInRecorded', '2026-01-02'),
      change('checkins.v1.CheckInRecorded', '2026-01-03', { superseded: true }),
      change('goals.v1.KeyResultRevised', '2026-01-04', { goalpost_moved: true }),
      change('goals.v1.ObjectiveRevised', '2026-01-04'),
    ]
    const told = timelineOf(series, history, objective, 'UTC').map((it) => [it.day, it.kind])
    expect(told).toEqual([
      ['2026-01-02', 'statusTurned'],
      ['2026-01-02', 'checkIn'],
      ['2026-01-04', 'statusTurned'],
      ['2026-01-04', 'goalpostMoved'],
      ['2026-02-01', 'milestone'],
    ])
  })

  it('puts a mark where the number was on its day', () => {
    expect(progressOn(series, '2026-01-03')).toBe(0.5)
    expect(progressOn(series, '2026-02-01')).toBe(0.25)
    expect(progressOn(series, '2025-12-31')).toBe(0)
  })
})
