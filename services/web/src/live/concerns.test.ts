import { describe, expect, it } from 'vitest'
import type { Change } from '../api'
import { isConcerned } from './concerns'

const id = (last: number) => `01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a${String(last).padStart(2, '0')}`
const [SHOWN, OTHER, KEY_RESULT] = [id(1), id(2), id(3)]

const change = (said: Partial<Change>): Change => ({
  kind: 'objective',
  id: OTHER,
  objective_id: null,
  what: ['numbers'],
  ...said,
})
const concerns = (queryKey: unknown[], data: unknown, changed: Partial<Change>) =>
  isConcerned({ queryKey, state: { data } as never }, [change(changed)])

const tree = ['whole tree', '/v1/tree', { query: { cycle: id(9) } }, {}]
const objectives = [{ id: SHOWN, key_results: [{ id: KEY_RESULT }] }]

describe('a change', () => {
  it('of a number concerns the lists that show it, and no other', () => {
    expect(concerns(tree, objectives, { id: SHOWN })).toBe(true)
    expect(concerns(tree, objectives, { id: OTHER })).toBe(false)
  })

  it('of a check-in concerns what shows its key result or its objective', () => {
    const checkIn = { kind: 'key_result', id: KEY_RESULT, objective_id: SHOWN, what: ['check_ins'] } as const
    expect(concerns(tree, objectives, checkIn)).toBe(true)
    expect(concerns(['/v1/objectives/{ref}/history', { path: { ref: SHOWN } }, {}], { items: [] }, checkIn)).toBe(true)
    expect(concerns(['/v1/objectives/{ref}', { path: { ref: OTHER } }, {}], { id: OTHER }, checkIn)).toBe(false)
  })

  it('of a definition concerns a list that does not speak of it yet', () => {
    expect(concerns(tree, objectives, { what: ['definition'] })).toBe(true)
  })

  it('that comes into one’s inbox concerns it', () => {
    expect(concerns(['/v1/inbox', {}, {}], { items: [] }, { what: ['comments'] })).toBe(true)
  })

  it('of a name concerns every answer that it stands in', () => {
    const renamed = { kind: 'person', id: id(7), what: ['definition'] } as const
    expect(concerns(tree, [{ id: SHOWN, owner: { id: id(7) } }], renamed)).toBe(true)
    expect(concerns(tree, objectives, renamed)).toBe(false)
  })

  it('of the settings concerns every number, and what never changes nothing does', () => {
    expect(concerns(tree, objectives, { kind: 'settings', id: null })).toBe(true)
    expect(concerns(['/v1/limits', {}, {}], {}, { kind: 'settings', id: null })).toBe(false)
  })

  it('concerns nothing of what was known at an instant', () => {
    const known = ['/v1/objectives/{ref}', { path: { ref: SHOWN } }, { known_at: '2026-03-01T00:00:00Z' }]
    expect(concerns(known, { id: SHOWN }, { id: SHOWN })).toBe(false)
    expect(concerns([...known.slice(0, 2), { as_of: '2026-03-01' }], { id: SHOWN }, { id: SHOWN })).toBe(true)
  })
})
