import { describe, expect, it } from 'vitest'
import { AFTER, KNOWN_AT, TRUE_ON } from './operations'

describe('operations', () => {
  it('tells which questions can be asked of the past', () => {
    expect(TRUE_ON.has('/v1/tree')).toBe(true)
    expect(KNOWN_AT.has('/v1/tree')).toBe(true)
    expect(KNOWN_AT.has('/v1/people')).toBe(false)
    expect(AFTER.has('/v1/objectives/{ref}')).toBe(true)
  })
})
