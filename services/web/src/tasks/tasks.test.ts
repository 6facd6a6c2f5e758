import { describe, expect, it } from 'vitest'
import type { Schema } from '../api'
import { undoing } from './acts'
import { durationOf, minutesOf } from './duration'
import { byWhen, mondayOf } from './groups'
import { taskSearch } from './search'

const ANN = { id: 'ann', handle: 'ann', name: 'Ann' } as Schema['PersonName']
const BEN = { id: 'ben', handle: 'ben', name: 'Ben' } as Schema['PersonName']

function task(id: string, said: Partial<Schema['Task']> = {}): Schema['Task'] {
  const task = {
    id,
    state: 'open',
    due_day: null,
    done_on: null,
    priority: 'normal',
    assignee: ANN,
    giver: BEN,
    ...said,
  }
  return task as Schema['Task']
}

describe('when tasks are due', () => {
  it('begins a week on Monday', () => {
    expect(['2026-03-02', '2026-03-04', '2026-03-08'].map(mondayOf)).toEqual(['2026-03-02', '2026-03-02', '2026-03-02'])
  })

  it('has what is overdue first, then this week, later, whenever', () => {
    const today = '2026-03-04'
    const groups = byWhen(
      [
        task('whenever'),
        task('sunday', { due_day: '2026-03-08' }),
        task('next', { due_day: '2026-03-09' }),
        task('late', { due_day: '2026-03-03' }),
        task('today', { due_day: today }),
        task('pressing', { due_day: today, priority: 'high' }),
      ],
      today,
    )
    expect(groups.map((it) => [it.when, it.tasks.map((one) => one.id)])).toEqual([
      ['overdue', ['late']],
      ['week', ['pressing', 'today', 'sunday']],
      ['later', ['next']],
      ['whenever', ['whenever']],
    ])
  })

  it('has what is done in one, the last first', () => {
    const done = (id: string, done_on: string) => task(id, { state: 'done', done_on, due_day: '2026-01-01' })
    const groups = byWhen([done('before', '2026-03-01'), done('last', '2026-03-02')], '2026-03-04')
    expect(groups.map((it) => [it.when, it.tasks.map((one) => one.id)])).toEqual([['over', ['last', 'before']]])
  })
})

describe('time', () => {
  it.each([
    ['90', 90],
    ['1:30', 90],
    ['1h30', 90],
    ['1 h 30 min', 90],
    ['1.5h', 90],
    ['1,5 Std.', 90],
    ['45m', 45],
    ['24h', 1440],
    ['0', null],
    ['24:01', null],
    ['an hour', null],
    ['', null],
  ])('takes %s for %s minutes', (typed, minutes) => expect(minutesOf(typed)).toBe(minutes))

  it('says minutes as hours and minutes', () => {
    const told = durationOf('en')
    expect([told(45), told(120), told(90), told(0)]).toEqual(['45 min', '2 hr', '1 hr 30 min', '0 min'])
  })
})

describe('what undoes an act', () => {
  const today = '2026-03-04'
  it('opens again what was finished or given up', () => {
    expect(undoing(task('a'), 'finish', today, 'ann', false)).toBe('reopen')
    expect(undoing(task('a'), 'cancel', today, 'ben', false)).toBe('reopen')
  })

  it('opens nothing again for an admin who neither has nor gave it', () => {
    expect(undoing(task('a'), 'cancel', today, 'admin', true)).toBeNull()
  })

  it('finishes again what was finished today: of another day it would not be the same', () => {
    expect(undoing(task('a', { state: 'done', done_on: today }), 'reopen', today, 'ann', false)).toBe('finish')
    expect(undoing(task('a', { state: 'done', done_on: '2026-03-01' }), 'reopen', today, 'ann', false)).toBeNull()
  })

  it('gives up again what only its giver may give up', () => {
    expect(undoing(task('a', { state: 'cancelled' }), 'reopen', today, 'ben', false)).toBe('cancel')
    expect(undoing(task('a', { state: 'cancelled' }), 'reopen', today, 'ann', false)).toBeNull()
  })
})

describe('the address of the tasks', () => {
  it('takes nothing that it does not know', () => {
    expect(
      taskSearch({ whose: 'mine', due: 'week', state: 'open', priority: 'urgent', week: 'now', open: 'T1' }),
    ).toEqual({
      due: 'week',
      open: 'T1',
    })
  })
})
