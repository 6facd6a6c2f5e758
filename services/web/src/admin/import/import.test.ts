import { describe, expect, it } from 'vitest'
import { Problem } from '../../api'
import { linesOf } from '../../api'
import { gravest, type Verdict } from './report'
import { chosenOf, missingIn, templates } from './tables'
import { crc32, zipped } from './zip'

const file = (name: string) => ({ name })

describe('what was chosen', () => {
  it('are the tables in the order in which they are read, and what is passed over', () => {
    const chosen = chosenOf([file('Key_Results.csv'), file('notes.txt'), file('objectives.csv')])
    expect(chosen.tables.map((it) => it.name)).toEqual(['objectives.csv', 'Key_Results.csv'])
    expect(chosen.others.map((it) => it.name)).toEqual(['notes.txt'])
    expect(missingIn(chosen)).toEqual([])
    expect(missingIn(chosenOf([file('objectives.csv')]))).toEqual(['key_results.csv'])
  })

  it('is a workbook or a zip alone, where there is one', () => {
    const chosen = chosenOf([file('objectives.csv'), file('okrs.XLSX')])
    expect([chosen.packed?.name, chosen.tables.length, missingIn(chosen)]).toEqual(['okrs.XLSX', 0, []])
  })
})

it('templates have the columns and no row', () => {
  expect(templates().find((it) => it.name === 'kpi_values.csv')?.text).toBe('kpi,date,value\r\n')
})

describe('a zip', () => {
  it('has the check sum that everybody reckons', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926)
  })

  it('ends with how many files there are and where their directory begins', () => {
    const zip = zipped([
      { name: 'a.csv', bytes: new TextEncoder().encode('a,b\n') },
      { name: 'ü.csv', bytes: new Uint8Array() },
    ])
    const view = new DataView(zip.buffer)
    const end = view.byteLength - 22
    expect([view.getUint32(end, true), view.getUint16(end + 10, true)]).toEqual([0x06054b50, 2])
    expect(view.getUint32(view.getUint32(end + 16, true), true)).toBe(0x02014b50)
  })
})

describe('lines of an answer', () => {
  const streamed = (...parts: string[]) =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        parts.forEach((it) => controller.enqueue(new TextEncoder().encode(it)))
        controller.close()
      },
    })

  it('are told as they come, however they are cut', async () => {
    const told = []
    for await (const line of linesOf(streamed('{"step":"obj', 'ectives"}\n{"done', '":1}\n'))) told.push(line)
    expect(told).toEqual([{ step: 'objectives' }, { done: 1 }])
  })

  it('break off as a problem', async () => {
    const read = async () => {
      for await (const line of linesOf(streamed('{"error":"INTERNAL","detail":"ask again"}\n'))) expect(line).toBeNull()
    }
    await expect(read()).rejects.toThrow(Problem)
  })
})

it('what is refused is told first', () => {
  const told = gravest((['created', 'unchanged', 'refused'] as const).map((verdict) => ({ verdict }) as Verdict))
  expect(told.map((it) => it.verdict)).toEqual(['refused', 'created', 'unchanged'])
})
