import { describe, expect, it } from 'vitest'
import { formatOf } from '../../i18n/format'
import { formOf, paceOf, said, sharesOf, wordsOf } from './values'
import { en } from './text/en'

const format = formatOf('en')

describe('what a setting says', () => {
  it('is told in words', () => {
    expect(said('bounds', '0.10;0.25', en, format)).toContain('10%')
    expect(said('cadence', 'two-weekly', en, format)).toBe('Every two weeks')
    expect(said('approval', 'on', en, format)).toBe('On')
    expect(said('default_pace', '0;0.2;1', en, format)).toBe('0% → 20% → 100%')
    expect(said('default_pace', 'straight', en, format)).toBe(en.straight)
  })

  it('of one that this app does not know is what the gateway says of it', () => {
    expect(formOf('new_one')).toBe('text')
    expect(said('new_one', 'a;b', en, format)).toBe('a;b')
    expect(wordsOf({ name: 'new_one', meaning: 'What it is.' }, en)).toEqual({ name: 'new_one', about: 'What it is.' })
  })

  it('as numbers leaves out what is none', () => {
    expect(sharesOf('0; 0.5 ;x;;1')).toEqual([0, 0.5, 1])
    expect(paceOf('straight')).toEqual([0, 1])
  })
})
