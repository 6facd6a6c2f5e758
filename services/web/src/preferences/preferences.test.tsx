import { fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { useLanguage, type Language } from '../i18n'
import { keep, kept } from './cookie'
import { ChosenLanguage, useLanguageChoice } from './language'
import { schemeManager } from './scheme'

afterEach(() => {
  keep('cairn_language', null)
  keep('cairn_scheme', null)
})

function Chooser({ wanted }: { wanted: Language | null }) {
  const { choose } = useLanguageChoice()
  return (
    <>
      <output>{useLanguage()}</output>
      <input aria-label="typed" defaultValue="" />
      <button onClick={() => choose(wanted)}>choose</button>
    </>
  )
}

const spoken = () => document.querySelector('output')?.textContent

const show = (wanted: Language | null) =>
  render(
    <ChosenLanguage>
      <Chooser wanted={wanted} />
    </ChosenLanguage>,
  )

describe('what a browser remembers', () => {
  it('is the language that was chosen, which holds at once and keeps what is typed', () => {
    const first = show('it')
    expect(spoken()).toBe('en')
    fireEvent.change(screen.getByLabelText('typed'), { target: { value: 'half a sen' } })
    fireEvent.click(screen.getByText('choose'))
    expect(spoken()).toBe('it')
    expect(screen.getByLabelText('typed')).toHaveProperty('value', 'half a sen')
    expect(document.documentElement.lang).toBe('it')
    first.unmount()
    const second = show(null)
    expect(spoken()).toBe('it')
    fireEvent.click(screen.getByText('choose'))
    second.unmount()
    show(null)
    expect(spoken()).toBe('en')
    expect(document.cookie).not.toContain('cairn_language')
  })

  it('is a colour scheme, but not that of the system', () => {
    expect(schemeManager.get('auto')).toBe('auto')
    schemeManager.set('dark')
    expect([schemeManager.get('auto'), document.cookie]).toEqual(['dark', 'cairn_scheme=dark'])
    schemeManager.set('auto')
    expect([schemeManager.get('auto'), document.cookie]).toEqual(['auto', ''])
  })

  it('is nothing that is not known', () => {
    keep('cairn_language', 'tlh')
    keep('cairn_language_of_others', 'de')
    expect(kept('cairn_language', ['en', 'de'])).toBeNull()
  })
})
