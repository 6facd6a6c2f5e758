import { describe, expect, it } from 'vitest'
import type { Schema } from '../api'
import { anObjective } from './anObjective'
import { caughtUp, caughtUpWithNew } from './caughtUp'
import { newDraft, newKeyResult, type KeyResultDraft } from './draft'
import { stepsOf } from './steps'

const typed = (key: string, said: Partial<KeyResultDraft> = {}): KeyResultDraft => ({
  ...newKeyResult(key),
  title: key,
  start: 0,
  target: 10,
  ...said,
})

const keyResult = (id: string, said: object = {}) => ({
  id,
  objective: { id: 'o' },
  cancelled: false,
  title: id,
  measure: 'metric',
  start: 0,
  target: 10,
  weight: 1,
  due_day: '2026-03-31',
  owners: [],
  plan: [],
  ...said,
})

const there = (...keyResults: object[]) =>
  anObjective({ version: 7, key_results: keyResults }) as unknown as Schema['Objective']

const objective = { title: 'Be loved', cycle: 'c' }

describe('a new objective that is there, of which what follows was refused', () => {
  const sent = newDraft({ ...objective, keyResults: [typed('1', { title: ' a ' }), typed('2', { title: 'b' })] })
  const typing = newDraft({ ...objective, keyResults: [...sent.keyResults, newKeyResult('empty')] })
  const editing = { draft: typing, base: newDraft(), version: null }
  const now = there(keyResult('id-1', { title: 'a' }), keyResult('id-2', { title: 'b' }))

  it('has nothing to be saved again, and keeps what is empty in the form', () => {
    const { draft, base, version, conflicts } = caughtUpWithNew(editing, now, sent)
    expect(draft.keyResults.map((it) => [it.key, it.id])).toEqual([
      ['1', 'id-1'],
      ['2', 'id-2'],
      ['empty', null],
    ])
    expect(stepsOf(base, { ...draft, keyResults: draft.keyResults.slice(0, 2) })).toEqual([])
    expect([version, conflicts]).toEqual([7, []])
  })

  it('is changed by what was typed since, and by nothing else', () => {
    const since = { ...typing, keyResults: [typed('2', { title: 'b', target: 20 })] }
    const { draft, base } = caughtUpWithNew({ ...editing, draft: since }, now, sent)
    expect(stepsOf(base, draft)).toMatchObject([
      { does: 'change', id: 'id-2', body: { target: 20 } },
      { does: 'cancel', id: 'id-1' },
    ])
  })
})

describe('an objective of which a save did a part', () => {
  it('knows the key results that were defined, with what was typed into them since', () => {
    const base = newDraft({ ...objective, startDay: '2026-01-01', dueDay: '2026-03-31', keyResults: [] })
    const defined = new Map([['1', typed('1', { title: 'a', id: 'id-1' })]])
    const draft = { ...base, keyResults: [typed('1', { title: 'a', target: 20 }), typed('2')] }
    const after = caughtUp({ draft, base, version: 5 }, there(keyResult('id-1', { title: 'a' })), defined)
    expect(after.conflicts).toEqual([])
    expect(stepsOf(after.base, after.draft)).toMatchObject([
      { does: 'change', id: 'id-1', body: { target: 20 } },
      { does: 'define', key: '2' },
    ])
  })
})
