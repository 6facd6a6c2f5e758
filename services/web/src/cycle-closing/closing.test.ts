import { describe, expect, it } from 'vitest'
import type { Schema } from '../api'
import {
  carriedOf,
  closingOf,
  gradeOf,
  gradeOfObjective,
  leftBy,
  mayGrade,
  NOTHING_TYPED,
  placeOf,
  proposedGrade,
  saidBefore,
  type Draft,
} from './closing'

const ADMIN = { id: 'admin', admin: true }
const ANN = { id: 'ann', admin: false }
const NONE = saidBefore(undefined)

const keyResult = (id: string, said: object = {}) =>
  ({
    id,
    title: id,
    objective: { id: 'O' },
    owners: [],
    measure: 'metric',
    progress: 0.5,
    progress_raw: 0.5,
    status: 'behind',
    check_in_id: 'c',
    grade: null,
    abstained: false,
    cancelled: false,
    counts: true,
    stale: false,
    weight: 1,
    ...said,
  }) as unknown as Schema['KeyResult']

const objective = (key_results: Schema['KeyResult'][], said: object = {}) =>
  ({
    id: 'O',
    title: 'Grow',
    state: 'active',
    approval: null,
    owner: { id: 'ann' },
    created_by: { id: 'ann' },
    contributors: [],
    key_results,
    ...said,
  }) as unknown as Schema['Objective']

const typed = (changed: Partial<Draft>): Draft => ({ ...NOTHING_TYPED, ...changed })

describe('a grade', () => {
  it('is proposed by the progress, in hundredths and never rounded up, and not where nothing was heard', () => {
    const proposals = [0.29, 0.6999, 1.4, -0.2].map((progress) => proposedGrade(keyResult('k', { progress })))
    expect(proposals).toEqual([0.29, 0.69, 1, 0])
    expect(proposedGrade(keyResult('k', { progress: 0, status: 'not_started', check_in_id: null }))).toBeNull()
    expect(proposedGrade(keyResult('k', { progress: null }))).toBeNull()
  })

  it('is given by those who report of it, where it is at home', () => {
    const [own, shared] = [keyResult('own'), keyResult('shared', { objective: { id: 'other' } })]
    const owned = keyResult('owned', { owners: [{ person: { id: 'bob' }, share: null }] })
    const home = objective([own, shared, owned])
    expect([own, shared, owned].map((one) => mayGrade(one, home, ANN))).toEqual([true, false, true])
    expect([own, owned].map((one) => mayGrade(one, home, { id: 'bob', admin: false }))).toEqual([false, true])
    expect(mayGrade(shared, home, ADMIN)).toBe(false)
  })

  it('that is there stands, and one that was typed goes before the proposed one', () => {
    const draft = typed({ grades: { k: { figure: 0.9, note: 'late' } } })
    expect(gradeOf(keyResult('k'), draft, true)).toMatchObject({ figure: 0.9, note: 'late' })
    expect(gradeOf(keyResult('there', { grade: 0.7 }), draft, true).figure).toBe(0.7)
    expect(gradeOf(keyResult('hers'), draft, false).figure).toBe('')
    expect(gradeOf(keyResult('k2'), typed({ asProposed: false }), true).figure).toBe('')
  })

  it('of an objective is the weighted mean of those that have one', () => {
    const key_results = [
      keyResult('a', { grade: 1, weight: 3 }),
      keyResult('b', { progress: 0.2 }),
      keyResult('c', { abstained: true }),
    ]
    expect(gradeOfObjective(objective(key_results), NOTHING_TYPED, ANN)).toBeCloseTo(0.8)
    expect(gradeOfObjective(objective([]), NOTHING_TYPED, ANN)).toBeNull()
  })
})

describe('the closing', () => {
  const home = objective([keyResult('new'), keyResult('there', { grade: 0.7 }), keyResult('na')])
  const draft = typed({
    words: { O: { outcome: ' Half of it. ', well: 'before', carry: 'next' } },
    grades: { na: { abstained: true, note: 'nobody knows' } },
  })

  it('says what is new: not what was said before, nor a grade that is there', () => {
    const before = saidBefore({
      objectives: [{ id: 'O', outcome: null, well: 'before', learnt: 'much', carried_over: null }],
    } as unknown as Schema['Report'])
    expect(closingOf([home], draft, before, ANN, '2026-03-31')).toEqual({
      holds_from: '2026-03-31',
      objectives: [{ objective: 'O', outcome: 'Half of it.', carry: true }],
      grades: [
        { key_result: 'new', grade: 0.5, note: '' },
        { key_result: 'na', grade: null, note: 'nobody knows' },
      ],
    })
    expect(closingOf([home], typed({ asProposed: false }), before, ANN, '2026-03-31').objectives).toEqual([])
  })

  it('carries over what one edits, with a new target where the old one is reached', () => {
    const reached = objective([keyResult('k', { progress_raw: 1 }), keyResult('l')])
    const wanted = { ...draft, targets: { k: 20, l: 30 } }
    const carried = [{ id: 'O', title: 'Grow', cycle: 'next', targets: { k: 20 } }]
    expect(carriedOf([reached], wanted, ANN, new Set(['next']))).toEqual(carried)
    expect(carriedOf([reached], wanted, { id: 'bob', admin: false }, new Set(['next']))).toEqual([])
  })

  it('is refused for what a row is about', () => {
    const closing = closingOf([home], draft, NONE, ANN, '2026-03-31')
    expect(placeOf('grades.1.grade', closing, [home])?.title).toBe('na')
    expect(placeOf('objectives.0.objective', closing, [home])?.title).toBe('Grow')
    expect(placeOf('holds_from', closing, [home])).toBeNull()
  })

  it('leaves drafts, and key results of which there is no check-in or grade', () => {
    const left = leftBy(
      [
        objective([
          keyResult('silent', { status: 'not_started', check_in_id: null }),
          keyResult('old', { stale: true }),
        ]),
        objective([], { id: 'D', state: 'draft' }),
        objective([], { id: 'S', state: 'draft', approval: 'submitted' }),
      ],
      NOTHING_TYPED,
      ANN,
    )
    const named = (of: { keyResult: Schema['KeyResult'] }[]) => of.map((it) => it.keyResult.id)
    expect([named(left.unheard), named(left.stale), named(left.ungraded)]).toEqual([['silent'], ['old'], ['silent']])
    expect([left.drafts, left.submitted].map((of) => of.map((it) => it.id))).toEqual([['D'], ['S']])
  })
})
