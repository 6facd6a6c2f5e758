import { createContext, useContext } from 'react'

export const LANGUAGES = ['en', 'de', 'fr', 'it'] as const
export type Language = (typeof LANGUAGES)[number]

/** The first of the browser's languages that there is; else English. */
export function languageOf(wished: readonly string[]): Language {
  const known = wished
    .map((it) => it.slice(0, 2).toLowerCase())
    .find((it): it is Language => LANGUAGES.some((own) => own === it))
  return known ?? 'en'
}

export const LanguageContext = createContext<Language>('en')

export function useLanguage(): Language {
  return useContext(LanguageContext)
}
