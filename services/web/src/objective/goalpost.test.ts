import { describe, expect, it } from 'vitest'
import type { Schema } from '../api'
import { goalpostText } from './goalpost'
import { de } from './text/de'
import { en, type Text } from './text/en'
import { fr } from './text/fr'
import { it as italian } from './text/it'

const format = { day: () => '3 May', instant: () => '3 May, 10:00', number: String }
const told = (said: Schema['ChangedValue'] | null) => (said === null ? null : String(said.number))
const said = (number: number) => ({ number }) as Schema['ChangedValue']
const moved = (of: Partial<Schema['Goalpost']> = {}, text: Text = en) =>
  goalpostText(
    {
      field: 'target',
      first: said(100),
      present: said(80),
      moves: 1,
      moved_on: '2026-05-03',
      moved_at: '2026-05-03T10:00:00Z',
      moved_by: { id: 'p', handle: 'anna', name: 'Anna' },
      on_behalf_of: null,
      event_id: 'e',
      ...of,
    },
    told,
    format,
    text,
  )

describe('a moved goalpost', () => {
  it('says what it was at first, what it is, who moved it and when', () => {
    expect(moved()).toBe('moved from 100 to 80 by Anna on 3 May')
    expect(moved({}, de)).toBe('von 100 auf 80 verschoben, von Anna am 3 May')
    expect(moved({}, fr)).toBe('passé de 100 à 80, par Anna le 3 May')
    expect(moved({}, italian)).toBe('da 100 a 80, modifica di Anna del 3 May')
  })
  it('says how often, where it was moved more than once', () => {
    expect(moved({ moves: 3 })).toBe('moved from 100 to 80 by Anna on 3 May (3 moves)')
  })
  it('says that it came back to what it was', () => {
    expect(moved({ present: said(100), moves: 2 })).toBe('moved, and back to 100 by Anna on 3 May (2 moves)')
  })
  it('says that it was changed where neither is told, and nothing where there was none', () => {
    expect(moved({ first: null, present: null })).toBe('changed by Anna on 3 May')
    expect(moved({ first: null })).toBe('moved from nothing to 80 by Anna on 3 May')
  })
})
