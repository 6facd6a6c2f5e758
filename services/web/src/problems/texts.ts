import { useEffect, useSyncExternalStore } from 'react'
import { useLanguage, type Language } from '../i18n'
import type { ProblemTexts, Said } from './text/de'

/** English is not among them: in English the gateway says itself what was wrong. */
const FILES: Record<Exclude<Language, 'en'>, () => Promise<ProblemTexts>> = {
  de: async () => (await import('./text/de')).de,
  fr: async () => (await import('./text/fr')).fr,
  it: async () => (await import('./text/it')).it,
}

const fetched = new Map<Language, ProblemTexts>()
const readers = new Set<() => void>()

/** Fetches the texts of a language, once. Where that fails the gateway's English is shown alone, and the next problem tries again. */
export async function fetchTexts(language: Language): Promise<void> {
  if (language === 'en' || fetched.has(language)) return
  const texts = await FILES[language]().catch(() => null)
  if (texts === null) return
  fetched.set(language, texts)
  readers.forEach((tell) => tell())
}

function subscribe(reader: () => void): () => void {
  readers.add(reader)
  return () => readers.delete(reader)
}

/** What a refusal means in the reader's language; null in English, and until the texts of the language are there. */
export function useSaid(): ((reason: string) => Said) | null {
  const language = useLanguage()
  useEffect(() => void fetchTexts(language), [language])
  const texts = useSyncExternalStore(subscribe, () => fetched.get(language))
  if (texts === undefined) return null
  // A reason that a newer gateway gives is none that this page knows.
  return (reason) => (Object.hasOwn(texts, reason) ? texts[reason as keyof ProblemTexts] : texts.UNREADABLE)
}
