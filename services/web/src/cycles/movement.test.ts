import { describe, expect, it } from 'vitest'
import type { Schema } from '../api'
import { dayIn, spreadDays } from './days'
import { atRisk, movements, turned } from './movement'

const objective = (id: string, said: Partial<Schema['TreeObjective']>) =>
  ({ id, level: 'team', state: 'active', status: 'on_track', pace: 0.5, ...said }) as Schema['TreeObjective']

describe('what moved', () => {
  it('has the furthest first, whichever way it went, and nothing that stood still', () => {
    const now = [
      objective('up', { progress: 0.4 }),
      objective('down', { progress: 0.1 }),
      objective('still', { progress: 0.7 }),
    ]
    const before = [
      objective('up', { progress: 0.3 }),
      objective('down', { progress: 0.5 }),
      objective('still', { progress: 0.7 }),
    ]
    expect(movements(now, before).map(({ objective: { id }, moved }) => [id, Math.round(moved * 100)])).toEqual([
      ['down', -40],
      ['up', 10],
    ])
  })

  it('does not count what was not there, or has no number that one may know', () => {
    const now = [objective('new', { progress: 0.4 }), objective('hidden', { progress: null, status: null })]
    expect(movements(now, [objective('hidden', { progress: 0.2 })])).toEqual([])
  })

  it('goes no further than from nothing to all, as it is shown', () => {
    expect(movements([objective('a', { progress: 1.4 })], [objective('a', { progress: 1 })])).toEqual([])
  })
})

describe('what turned', () => {
  it('has what became worse first', () => {
    const now = [objective('better', { status: 'on_track' }), objective('worse', { status: 'at_risk' })]
    const before = [objective('better', { status: 'at_risk' }), objective('worse', { status: 'on_track' })]
    expect(turned(now, before).map((it) => it.objective.id)).toEqual(['worse', 'better'])
  })
})

describe('what is at risk', () => {
  it('is told from the top of the tree down, then by how far it lies behind', () => {
    const told = atRisk([
      objective('own', { level: 'individual', status: 'at_risk', progress: 0 }),
      objective('near', { status: 'at_risk', progress: 0.2 }),
      objective('far', { status: 'at_risk', progress: 0.1 }),
      objective('fine', { status: 'on_track', progress: 0 }),
    ])
    expect(told.map((it) => it.id)).toEqual(['far', 'near', 'own'])
  })
})

describe('days', () => {
  it('are spread from the first to the last, both among them', () => {
    expect(spreadDays('2026-01-01', '2026-01-31', 4)).toEqual(['2026-01-01', '2026-01-11', '2026-01-21', '2026-01-31'])
    expect(spreadDays('2026-01-01', '2026-01-02', 9)).toEqual(['2026-01-01', '2026-01-02'])
    expect(spreadDays('2026-01-05', '2026-01-02', 9)).toEqual(['2026-01-05'])
  })

  it('are those of a time zone', () => {
    expect(dayIn('Pacific/Auckland', new Date('2026-03-01T23:00:00Z'))).toBe('2026-03-02')
  })
})
