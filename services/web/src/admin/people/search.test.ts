import { describe, expect, it } from 'vitest'
import { isFiltered, peopleSearch, questionOf } from './search'

describe('the address of the people', () => {
  it('takes nothing that it does not know, and a text that looks like a number', () => {
    expect(peopleSearch({ text: 42, state: 'asleep', role: 'king', team: '', open: 'ann' })).toEqual({
      text: '42',
      open: 'ann',
    })
  })

  it('asks for those who are there unless it says otherwise', () => {
    expect(questionOf({})).toEqual({ state: ['active'] })
    expect(questionOf({ state: 'left', role: 'viewer' })).toEqual({ state: ['left'], role: ['viewer'] })
    expect(questionOf({ state: 'invited' })).toEqual({ state: ['active'], invited: true })
    expect(questionOf({ state: 'all', text: 'ma' })).toEqual({ text: 'ma' })
  })

  it('is filtered by any of it but by who is open', () => {
    expect([{}, { open: 'ann' }, { state: 'all' as const }, { text: 'a' }].map(isFiltered)).toEqual([
      false,
      false,
      true,
      true,
    ])
  })
})
