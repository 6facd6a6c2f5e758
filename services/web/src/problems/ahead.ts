import { useEffect } from 'react'
import { useLanguage } from '../i18n'
import { fetchTexts } from './texts'

/** Fetches what problems are called in the reader's language once nothing else is to be done: the first view does not wait for it, and it is there when the connection is not. */
export function ProblemTextsAhead() {
  const language = useLanguage()
  useEffect(() => {
    const fetchThem = () => void fetchTexts(language)
    // Safari has no idle callbacks.
    if (typeof window.requestIdleCallback !== 'function') {
      const timer = window.setTimeout(fetchThem, 2000)
      return () => window.clearTimeout(timer)
    }
    const idle = window.requestIdleCallback(fetchThem)
    return () => window.cancelIdleCallback(idle)
  }, [language])
  return null
}
