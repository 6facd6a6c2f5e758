import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'
import { LanguageContext, languageOf, LANGUAGES, type Language } from '../i18n'
import { keep, kept } from './cookie'

const COOKIE = 'cairn_language'

/** The language that somebody chose (null: that of their browser), and choosing another. */
export type LanguageChoice = { chosen: Language | null; choose: (language: Language | null) => void }

const ChoiceContext = createContext<LanguageChoice>({ chosen: null, choose: () => undefined })

/** Everything inside speaks the language that was chosen, at once: nothing is loaded anew, and what is typed stays. */
export function ChosenLanguage({ children }: { children: ReactNode }) {
  const [chosen, setChosen] = useState(() => kept(COOKIE, LANGUAGES))
  const language = chosen ?? languageOf(navigator.languages)
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  const choose = useCallback((wanted: Language | null) => {
    keep(COOKIE, wanted)
    setChosen(wanted)
  }, [])
  const choice = useMemo(() => ({ chosen, choose }), [chosen, choose])
  return (
    <ChoiceContext value={choice}>
      <LanguageContext value={language}>{children}</LanguageContext>
    </ChoiceContext>
  )
}

export function useLanguageChoice(): LanguageChoice {
  return useContext(ChoiceContext)
}
