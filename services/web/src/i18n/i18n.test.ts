import { describe, expect, it } from 'vitest'
import { formatOf } from './format'
import { languageOf } from './language'
import { plural } from './texts'

describe('i18n', () => {
  it('takes the first of the reader’s languages that there is', () => {
    expect(languageOf(['rm', 'fr-CH', 'de'])).toBe('fr')
    expect(languageOf(['ja'])).toBe('en')
  })

  it('follows the plural rules of a language: French has no plural of 0', () => {
    const objectifs = plural('fr', { one: '# objectif', other: '# objectifs' })
    expect([objectifs(0), objectifs(1), objectifs(2)]).toEqual(['0 objectif', '1 objectif', '2 objectifs'])
  })

  it('never rounds a percentage up over a bound', () => {
    expect(formatOf('en').percent(0.9996)).toBe('99%')
  })

  it('tells a day as that day in every zone', () => {
    expect(formatOf('en').day('2026-03-01')).toBe('Mar 1, 2026')
  })
})
