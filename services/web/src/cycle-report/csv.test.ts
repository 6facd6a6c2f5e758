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
        band: null,
        met: null,
        outcome: 'Half of it, "nearly"',
        well: null,
        learnt: null,
        carried_over: true,
        key_results: [
          {
            ref: 'O1/1',
            title: 'Signed',
            owners: [{ person: { name: null, handle: 'bob' }, share: null }],
            cancelled: false,
            unit: 'deals',
            start: 0,
            target: 10,
            value: 5,
            progress: 0.5,
            grade: 0.5,
            band: 'yellow',
            met: false,
            grade_note: 'half',
          },
        ],
      },
    ],
  } as unknown as Schema['Report']
  expect(csvOf(report).split('\n').slice(1)).toEqual([
    `O1,,'=1+1,Ann,,closed,,0.5,,"Half of it, ""nearly""",,,yes,,,,,,`,
    'O1,O1/1,Signed,bob,,,5,0.5,0.5,,,,,deals,0,10,yellow,no,half',
    '',
  ])
})
