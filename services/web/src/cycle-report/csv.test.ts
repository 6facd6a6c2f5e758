import { expect, it } from 'vitest'
import type { Schema } from '../api'
import { csvOf } from './csv'

it('is a row an objective and a row a key result, in which no text is a formula', () => {
  const report = {
    objectives: [
      {
        ref: 'O1',
        title: '=1+1',
        owner: { name: 'Ann', handle: 'ann' },
        team: null,
        state: 'closed',
        progress: 0.5,
        grade: null,
        outcome: 'Half of it, "nearly"',
        well: null,
        learnt: null,
        carried_over: true,
        key_results: [{ ref: 'O1/1', title: 'Signed', cancelled: false, value: 5, progress: 0.5, grade: 0.5 }],
      },
    ],
  } as unknown as Schema['Report']
  expect(csvOf(report).split('\n').slice(1)).toEqual([
    `O1,,'=1+1,Ann,,closed,,0.5,,"Half of it, ""nearly""",,,yes`,
    'O1,O1/1,Signed,,,,5,0.5,0.5,,,,',
    '',
  ])
})
