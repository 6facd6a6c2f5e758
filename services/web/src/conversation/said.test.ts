import { describe, expect, it } from 'vitest'
import { NOTHING_SAID, saidOf } from './said'

describe('what is said', () => {
  it('is a comment of words', () => {
    expect(saidOf(NOTHING_SAID)).toBeNull()
    expect(saidOf({ ...NOTHING_SAID, text: ' ' })).toBeNull()
    expect(saidOf({ ...NOTHING_SAID, text: 'Why?', of: 'a' })).toEqual({ kind: 'comment', text: 'Why?' })
  })

  it('is thanks to somebody, and a question to one, each with or without words', () => {
    expect(saidOf({ ...NOTHING_SAID, kind: 'kudos', text: 'Great' })).toBeNull()
    expect(saidOf({ ...NOTHING_SAID, kind: 'kudos', to: ['a', 'b'] })).toEqual({
      kind: 'kudos',
      to: ['a', 'b'],
      text: '',
    })
    expect(saidOf({ ...NOTHING_SAID, kind: 'feedback_request', to: ['a'] })).toBeNull()
    expect(saidOf({ ...NOTHING_SAID, kind: 'feedback_request', of: 'a', text: 'On the plan?' })).toEqual({
      kind: 'feedback_request',
      of: 'a',
      text: 'On the plan?',
    })
  })
})
