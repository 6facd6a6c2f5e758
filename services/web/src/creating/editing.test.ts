import { describe, expect, it } from 'vitest'
import { Problem } from '../api'
import { missingIn } from './check'
import { coachedDraft, findingsAt, sentence, unlessWrong, type Finding } from './coach'
import { newDraft, newKeyResult, type Draft, type KeyResultDraft } from './draft'
import { errorAt, errorsOf, isMended, standing } from './fieldErrors'
import { rebase, takeTheirs } from './rebase'
import { movedGoalposts, stepsOf } from './steps'
import { en } from './text/en'

const stored = (id: string, said: Partial<KeyResultDraft> = {}): KeyResultDraft => ({
  ...newKeyResult(id),
  id,
  title: id,
  start: 0,
  target: 10,
  ...said,
})
const draft = (said: Partial<Draft> = {}) =>
  newDraft({ title: 'Be loved', keyResults: [stored('a'), stored('b')], ...said })

describe('stepsOf', () => {
  it('is nothing where nothing was typed', () => {
    expect(stepsOf(draft(), draft())).toEqual([])
  })

  it('is a command for each thing that is otherwise, the alignment last, each from the day that was named', () => {
    const now = draft({
      title: 'Be admired',
      keyResults: [stored('a', { target: 20 }), { ...newKeyResult('new'), title: 'New', start: 1, target: 2 }],
      parent: { kind: 'key_result', id: 'p', title: 'Above' },
    })
    const steps = stepsOf(draft(), now, '2026-02-01')
    expect(steps.map((it) => `${it.does} ${it.place}`)).toEqual([
      'revise ',
      'change key_results[0]',
      'define key_results[1]',
      'cancel key_results',
      'align parent',
    ])
    expect(steps[1]).toMatchObject({ id: 'a', body: { target: 20, holds_from: '2026-02-01' } })
    expect(steps[4]?.body).toEqual({ key_result: 'p', holds_from: '2026-02-01' })
    expect(movedGoalposts(draft(), now)).toEqual([{ title: 'a', goalposts: ['target'] }])
  })
})

describe('rebase', () => {
  it('keeps what was typed, takes what was not, and tells where both typed the same', () => {
    const mine = draft({ title: 'Mine', keyResults: [stored('a', { target: 20 }), stored('b')] })
    const theirs = draft({ title: 'Theirs', why: 'Because', keyResults: [stored('a', { unit: 'days' }), stored('c')] })
    const { draft: rebased, conflicts } = rebase(draft(), mine, theirs)
    expect(rebased).toMatchObject({ title: 'Mine', why: 'Because' })
    expect(rebased.keyResults.map((it) => [it.id, it.target, it.unit])).toEqual([
      ['a', 20, 'days'],
      ['c', 10, ''],
    ])
    expect(conflicts).toEqual([{ keyResult: null, title: 'Mine', field: 'title', mine: 'Mine', theirs: 'Theirs' }])
    expect(conflicts.reduce(takeTheirs, rebased).title).toBe('Theirs')
  })

  it('tells of a figure of a key result by its key', () => {
    const { draft: rebased, conflicts } = rebase(
      draft(),
      draft({ keyResults: [stored('a', { target: 20 }), stored('b')] }),
      draft({ keyResults: [stored('a', { target: 30 }), stored('b')] }),
    )
    expect(conflicts).toMatchObject([{ keyResult: 'a', field: 'target', mine: 20, theirs: 30 }])
    expect(conflicts.reduce(takeTheirs, rebased).keyResults[0]?.target).toBe(30)
  })

  it('keeps what was typed of a key result that is gone, as a new one, and tells of it', () => {
    const mine = draft({ keyResults: [stored('a', { target: 20, reference: 'J1/1' }), stored('b')] })
    const { draft: rebased, conflicts } = rebase(draft(), mine, draft({ keyResults: [] }))
    expect(rebased.keyResults).toEqual([{ ...stored('a', { target: 20 }), id: null }])
    expect(conflicts).toEqual([{ keyResult: 'a', title: 'a', field: 'gone', mine: 'a', theirs: null }])
    expect(conflicts.reduce(takeTheirs, rebased).keyResults).toEqual([])
  })

  it('does not add a key result again that this very save has defined', () => {
    const mine = draft({ keyResults: [stored('a'), stored('b'), { ...stored('c'), key: 'typed' }] })
    const theirs = draft({ keyResults: [stored('a'), stored('b'), stored('c')] })
    expect(rebase(draft(), mine, theirs).draft.keyResults.map((it) => it.key)).toEqual(['a', 'b', 'typed'])
  })
})

describe('what is missing', () => {
  it('is a day that an objective has and that was emptied, and none that it never had', () => {
    const dated = draft({ cycle: 'c', startDay: '2026-01-01', dueDay: '2026-03-31' })
    const emptied = { ...dated, startDay: '', dueDay: '' }
    expect(Object.keys(missingIn(emptied, en, dated))).toEqual(['start_day', 'due_day'])
    expect(missingIn(emptied, en)).toEqual({})
    expect(missingIn(dated, en, dated)).toEqual({})
  })
})

describe('errors of the gateway', () => {
  const refused = (field: string) => new Problem({ errors: [{ field, message: 'wrong' }] }, 422)

  it('stand at their fields, wherever the command was about', () => {
    expect(Object.keys(errorsOf(refused('key_results[1].target')))).toEqual(['key_results[1].target'])
    expect(Object.keys(errorsOf(refused('target'), 'key_results[1]'))).toEqual(['key_results[1].target'])
    expect(Object.keys(errorsOf(refused('body'), 'key_results[1]'))).toEqual(['key_results[1]'])
    expect(Object.keys(errorsOf(refused('objective'), 'parent'))).toEqual(['parent'])
  })

  it('are found at a field or within it', () => {
    expect(errorAt({ 'contributors[2]': 'nobody' }, 'contributors')).toBe('nobody')
    expect(errorAt({ 'parent.objective': 'unknown' }, 'parent')).toBe('unknown')
    expect(errorAt({ title: 'wrong' }, 'why')).toBeUndefined()
  })
})

describe('errors while one types on', () => {
  const fresh = (key: string, said: Partial<KeyResultDraft> = {}) => ({ ...newKeyResult(key), ...said })
  const left = (of: Draft, now: Draft) => Object.keys(standing({ errors: missingIn(of, en), of }, now))

  it('pass over key results that are empty, and count them', () => {
    const of = draft({ title: '', cycle: 'c', keyResults: [fresh('1'), fresh('2', { title: 'Renewals', start: 5 })] })
    expect(Object.keys(missingIn(of, en))).toEqual(['title', 'key_results[1].target'])
  })

  it('go from the field that was changed, and no other', () => {
    const of = draft({ title: '', cycle: '', keyResults: [fresh('1', { title: 'Renewals' })] })
    expect(left(of, of)).toEqual(['title', 'cycle', 'key_results[0].start', 'key_results[0].target'])
    expect(left(of, { ...of, title: 'Be loved' })).not.toContain('title')
    const started = { ...of, keyResults: [fresh('1', { title: 'Renewals', start: 5 })] }
    expect(left(of, started)).toEqual(['title', 'cycle', 'key_results[0].target'])
  })

  it('go from a figure when the one changes that it was held against', () => {
    const [met, bounded] = [
      fresh('1', { title: 'a', start: 5, target: 5 }),
      fresh('2', { title: 'b', measure: 'maintain' }),
    ]
    const of = draft({ cycle: 'c', keyResults: [met, bounded] })
    expect(left(of, of)).toEqual(['key_results[0].target', 'key_results[1].low'])
    expect(
      left(of, {
        ...of,
        keyResults: [
          { ...met, start: 4 },
          { ...bounded, high: 24 },
        ],
      }),
    ).toEqual([])
  })

  it('stay with their key result, and go with it', () => {
    const [first, second] = [fresh('1', { title: 'a' }), fresh('2', { title: 'b', start: 1 })]
    const of = draft({ cycle: 'c', keyResults: [first, second] })
    expect(left(of, { ...of, keyResults: [second] })).toEqual(['key_results[0].target'])
  })

  it('of the gateway, too, are found at what the form calls otherwise', () => {
    const of = draft({
      dueDay: '2026-01-01',
      keyResults: [fresh('1', { milestones: [{ title: 'a', weight: 1, dueDay: '' }] })],
    })
    const errors = { due_day: 'late', 'key_results[0].milestones[0].due_day': 'none', key_results: 'few' }
    expect(Object.keys(standing({ errors, of }, { ...of, dueDay: '2026-02-01' }))).toEqual(Object.keys(errors).slice(1))
    const dated = [fresh('1', { milestones: [{ title: 'a', weight: 1, dueDay: '2026-01-02' }] })]
    expect(Object.keys(standing({ errors, of }, { ...of, keyResults: dated }))).toEqual(['due_day'])
    expect(Object.keys(standing({ errors, of }, { ...of, keyResults: [fresh('1', { title: 'a' })] }))).toEqual([
      'due_day',
      'key_results[0].milestones[0].due_day',
    ])
  })
})

describe('a refusal', () => {
  it('is told until each of its fields was changed, and where it is of none for as long as it is the last', () => {
    const of = draft({ title: 'a', why: 'b' })
    expect(isMended({ errors: { title: 'no', why: 'no' }, of }, { ...of, title: 'c' })).toBe(false)
    expect(isMended({ errors: { title: 'no', why: 'no' }, of }, { ...of, title: 'c', why: 'd' })).toBe(true)
    expect(isMended({ errors: {}, of }, { ...of, title: 'c' })).toBe(false)
    expect(isMended({ errors: { '': 'no' }, of }, { ...of, title: 'c' })).toBe(false)
  })
})

describe('the coach', () => {
  it('looks at what has a title', () => {
    expect(coachedDraft(newDraft())).toBeNull()
    const asked = coachedDraft(draft({ keyResults: [stored('a'), newKeyResult('empty')] }))
    expect(asked?.key_results?.map((it) => it.ref)).toEqual(['a'])
  })

  it('is heard beside the field that it speaks of', () => {
    const finding = (rule: string, ref: string) => ({ rule, ref }) as Finding
    const findings = [finding('output', 'a'), finding('start-meets-target', 'a'), finding('no-parent', 'objective')]
    expect(findingsAt(findings, 'a', 'title').map((it) => it.rule)).toEqual(['output'])
    expect(findingsAt(findings, 'a', 'target').map((it) => it.rule)).toEqual(['start-meets-target'])
    expect(findingsAt(findings, 'objective', 'parent').map((it) => it.rule)).toEqual(['no-parent'])
  })

  it('is silent at a field that has an error, and begins with a capital letter elsewhere', () => {
    const finding = (rule: string, ref: string) => ({ rule, ref }) as Finding
    const findings = [
      finding('start-meets-target', 'a'),
      finding('start-meets-target', 'b'),
      finding('too-few-key-results', 'objective'),
    ]
    const heard = unlessWrong(findings, { 'key_results[0].target': en.differ }, draft())
    expect(heard.map((it) => `${it.rule} ${it.ref}`)).toEqual(['start-meets-target b', 'too-few-key-results objective'])
    expect(sentence('growth has 6 objectives.')).toBe('Growth has 6 objectives.')
  })
})
