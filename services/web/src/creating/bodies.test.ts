import { describe, expect, it } from 'vitest'
import { goalpostsOf, keyResultChange, newKeyResult as bodyOf, newObjective, objectiveChange } from './bodies'
import { draftOf, isEmpty, newDraft, newKeyResult, type KeyResultDraft } from './draft'
import type { Schema } from '../api'

const keyResult = (said: Partial<KeyResultDraft> = {}): KeyResultDraft => ({
  ...newKeyResult('1'),
  title: 'Renewals',
  ...said,
})

describe('a new objective', () => {
  it('goes with its key results, called by its short name where nothing else is said', () => {
    const body = newObjective(
      newDraft({
        cycle: 'c',
        title: ' Be loved ',
        reference: 'S1',
        keyResults: [keyResult({ start: 80, target: 92 }), keyResult({ reference: 'own' })],
      }),
    )
    expect(body).toMatchObject({ cycle: 'c', title: 'Be loved', reference: 'S1', owner: undefined })
    expect(body.key_results?.map((it) => it.reference)).toEqual(['S1/1', 'own'])
  })

  it('names people only where it is private', () => {
    const said = { namedPeople: ['ann'] }
    expect(newObjective(newDraft({ ...said, visibility: 'company' })).named_people).toEqual([])
    expect(newObjective(newDraft({ ...said, visibility: 'private' })).named_people).toEqual(['ann'])
  })
})

describe('a new key result', () => {
  it('says what its measure needs, and nothing that was typed for another one', () => {
    const typed = keyResult({
      start: 1,
      target: 9,
      low: 2,
      unit: 'days',
      commit: 5,
      milestones: [{ title: 'a', weight: 2, dueDay: '' }],
    })
    expect(bodyOf({ ...typed, measure: 'metric' })).toMatchObject({
      measure: 'metric',
      start: 1,
      target: 9,
      unit: 'days',
      commit: 5,
    })
    expect(Object.keys(bodyOf({ ...typed, measure: 'binary' }))).not.toContain('target')
    expect(bodyOf({ ...typed, measure: 'maintain' })).toMatchObject({
      low: 2,
      high: undefined,
      mode: 'latest',
      commit: undefined,
    })
    expect(bodyOf({ ...typed, measure: 'milestones' })).toMatchObject({ milestones: [{ title: 'a', weight: 2 }] })
  })

  it('takes a plan in percent and says it in shares', () => {
    const plan = [{ day: '2026-02-01', share: 30 }]
    expect(bodyOf(keyResult({ start: 0, target: 1, plan })).plan).toEqual([{ day: '2026-02-01', share: 0.3 }])
  })

  it('was not typed at all where there is neither a title nor a figure', () => {
    expect(isEmpty(newKeyResult('2'))).toBe(true)
    expect(isEmpty(keyResult())).toBe(false)
    expect(isEmpty({ ...newKeyResult('2'), unit: '€' })).toBe(false)
    expect(isEmpty({ ...newKeyResult('2'), id: 'there' })).toBe(false)
  })
})

describe('a change', () => {
  it('says what is otherwise, and nothing else', () => {
    const before = newDraft({ title: 'A', team: 't' })
    expect(objectiveChange(before, before)).toBeNull()
    expect(objectiveChange(before, { ...before, title: 'B', team: '' })).toEqual({ title: 'B', team: null })
    expect(keyResultChange(keyResult({ target: 40 }), keyResult({ target: '40' }))).toBeNull()
  })

  it('moves the goalposts that it touches', () => {
    const change = keyResultChange(keyResult({ target: 40 }), keyResult({ target: 60, title: 'Other', weight: 2 }))
    expect(change).toEqual({ target: 60, title: 'Other', weight: 2 })
    expect(goalpostsOf(change)).toEqual(['target', 'weight'])
    expect(goalpostsOf(keyResultChange(keyResult({ title: 'A' }), keyResult({ title: 'B' })))).toEqual([])
  })

  it('takes a bound away that is emptied', () => {
    const before = keyResult({ measure: 'maintain', low: 1, high: 5 })
    expect(keyResultChange(before, { ...before, low: '' })).toEqual({ low: null })
  })

  it('has a key result due with its objective again whose due day is emptied', () => {
    const before = keyResult({ dueDay: '2026-03-31' })
    expect(keyResultChange(before, { ...before, dueDay: '' })).toEqual({ due_day: null })
    expect(keyResultChange(before, { ...before, dueDay: '2026-02-28' })).toEqual({ due_day: '2026-02-28' })
  })
})

describe('what is there', () => {
  it('is typed again as it is, so that nothing changes until somebody types', () => {
    const stored = {
      id: 'o',
      reference: 'S1',
      title: 'Be loved',
      why: '',
      cycle: { id: 'c', name: 'Q1' },
      level: 'team',
      kind: 'committed',
      owner: { id: 'ann', handle: 'ann', name: 'Ann' },
      team: null,
      contributors: [],
      named_people: null,
      start_day: '2026-01-01',
      due_day: '2026-03-31',
      parent: null,
      pillar: null,
      labels: [],
      visibility: 'company',
      roll_up: 'key_results',
      key_results: [
        {
          id: 'k',
          objective: { id: 'o' },
          cancelled: false,
          reference: null,
          title: 'Renewals',
          measure: 'metric',
          start: 80,
          target: 92,
          low: null,
          high: null,
          mode: null,
          unit: 'percent',
          weight: 1,
          due_day: '2026-03-31',
          owners: [],
          milestones: null,
          plan: [{ day: '2026-02-01', share: 0.3 }],
          commit: null,
          stretch: null,
          feeds: null,
        },
        { id: 'gone', objective: { id: 'o' }, cancelled: true },
        { id: 'shared', objective: { id: 'other' }, cancelled: false },
      ],
    } as unknown as Schema['Objective']
    const draft = draftOf(stored)
    expect(draft.keyResults.map((each) => each.id)).toEqual(['k'])
    expect(draft.keyResults[0]?.plan).toEqual([{ day: '2026-02-01', share: 30 }])
    expect(objectiveChange(draft, draftOf(stored))).toBeNull()
  })
})
