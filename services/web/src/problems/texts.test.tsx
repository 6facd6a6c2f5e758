import { MantineProvider } from '@mantine/core'
import { render, screen } from '@testing-library/react'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Problem } from '../api'
import { LanguageContext, type Language } from '../i18n'
import { ProblemNotice } from '../ui'
import { FieldProblem } from './FieldProblem'
import { de } from './text/de'
import { fr } from './text/fr'
import { it as italian } from './text/it'

/** The page that the gateway's catalogue of reasons makes; that it is up to date is tested there. */
const catalogue = readFileSync('../../docs/reference/reasons.md', 'utf8')
const REASONS = [...catalogue.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, reason]) => reason)

/** What no gateway gives as its reason. */
const OWN = ['UNREADABLE', 'AT_FIELD']

const draft = new Problem({ reason: 'OBJECTIVE_NOT_ACTIVE', detail: 'S1 is a draft' }, 409)

const show = (language: Language, what: React.ReactNode) =>
  render(
    <MantineProvider>
      <LanguageContext value={language}>{what}</LanguageContext>
    </MantineProvider>,
  )

describe('what a refusal means', () => {
  it('is said of every reason of the API, and of no other, in every language', () => {
    expect(REASONS.length).toBeGreaterThan(200)
    for (const texts of [de, fr, italian]) {
      expect(Object.keys(texts).sort()).toEqual([...REASONS, ...OWN].sort())
      for (const said of Object.values(texts)) for (const sentence of said) expect(sentence).toMatch(/\S[.?!]$/)
    }
  })

  it('is said in the reader’s language, with what to do; the gateway’s own words follow, as English', async () => {
    show('de', <ProblemNotice error={draft} />)
    expect(await screen.findByText('Das Ziel ist ein Entwurf. Aktivieren Sie es zuerst.')).toBeDefined()
    expect(screen.getByText('S1 is a draft').closest('[lang]')?.getAttribute('lang')).toBe('en')
  })

  it('is in English what the gateway says, alone', () => {
    show('en', <ProblemNotice error={draft} />)
    expect(screen.getByRole('alert').textContent).toBe('S1 is a draft')
  })

  it('is not known of a reason that a newer gateway gives: that is said, and what it says itself', async () => {
    show('it', <ProblemNotice error={new Problem({ reason: 'BRAND_NEW', detail: 'too blue' }, 409)} />)
    expect(await screen.findByText(/^Il server non ha fatto ciò che era richiesto\./)).toBeDefined()
    expect(screen.getByText('too blue')).toBeDefined()
  })

  it('is said at a field: of one of several, that it is this one', async () => {
    show('fr', <FieldProblem reason="INVALID_ARGUMENT" message="at most 100 characters" />)
    expect(await screen.findByText(/^Cela ne convient pas ici\./)).toBeDefined()
    expect(screen.getByText('at most 100 characters').getAttribute('lang')).toBe('en')
  })
})
