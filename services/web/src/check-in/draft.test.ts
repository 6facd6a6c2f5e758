import { describe, expect, it } from 'vitest'
import { aKeyResult } from '../testing/keyResult'
import { firstDraft, numberOf, saidOf, timesTooFar } from './draft'

const ANN = { person: { id: 'ann', handle: 'ann', name: 'Ann' }, share: null }
const BEN = { person: { id: 'ben', handle: 'ben', name: 'Ben' }, share: null }

describe('a check-in', () => {
  it('says what was typed and nothing else', () => {
    const keyResult = aKeyResult()
    const draft = { ...firstDraft(keyResult, 'ann'), value: '40', confidence: 7, comment: ' Two signed. ' }
    expect(saidOf(keyResult, draft)).toEqual({ value: 40, confidence: 7, comment: 'Two signed.' })
  })

  it('wants a number, and says that it is missing', () => {
    const keyResult = aKeyResult()
    expect(saidOf(keyResult, firstDraft(keyResult, null))).toBe('value')
    expect(numberOf('-')).toBe(null)
    expect(numberOf('0')).toBe(0)
  })

  it('takes a blocker from each line', () => {
    const keyResult = aKeyResult()
    const draft = { ...firstDraft(keyResult, null), value: 1, blockers: 'No budget\n\n  Waiting for legal ' }
    expect(saidOf(keyResult, draft)).toMatchObject({ blockers: ['No budget', 'Waiting for legal'] })
  })

  it('is of one’s own part where one owns a part, unless one says otherwise', () => {
    const keyResult = aKeyResult({ owners: [ANN, BEN] })
    const draft = { ...firstDraft(keyResult, 'ben'), value: 10 }
    expect(saidOf(keyResult, draft)).toEqual({ value: 10, part: 'ben' })
    expect(saidOf(keyResult, { ...draft, part: null })).toEqual({ value: 10 })
    expect(firstDraft(keyResult, 'cora').part).toBe(null)
  })

  it('names all milestones that are done, those of before too', () => {
    const milestones = ['a', 'b', 'c'].map((title, index) => ({ title, weight: 1, due_day: null, done: index === 1 }))
    const keyResult = aKeyResult({ measure: 'milestones', milestones, parts: null })
    const draft = firstDraft(keyResult, null)
    expect(saidOf(keyResult, { ...draft, done: [...draft.done, 1] })).toEqual({ milestones_done: [1, 2] })
  })

  it('that abstains says why and nothing else', () => {
    const keyResult = aKeyResult()
    const draft = { ...firstDraft(keyResult, null), value: 4, confidence: 3, abstention: '' }
    expect(saidOf(keyResult, draft)).toBe('reason')
    expect(saidOf(keyResult, { ...draft, abstention: 'The report is late', asOf: '2026-03-01' })).toEqual({
      abstention: 'The report is late',
      as_of: '2026-03-01',
    })
  })

  it('of a value very far from the target asks whether it is a slip', () => {
    const keyResult = aKeyResult({ start: 10, target: 20 })
    expect(timesTooFar(keyResult, 510)).toBe(null)
    expect(timesTooFar(keyResult, 1000)).toBe(99)
    expect(timesTooFar(aKeyResult({ target: null }), 1000)).toBe(null)
  })
})
