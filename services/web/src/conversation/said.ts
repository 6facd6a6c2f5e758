import type { Schema } from '../api'

/** What is typed and not said yet: of each kind of saying what it takes, so that one may change one's mind and lose nothing. */
export type Draft = {
  kind: 'comment' | 'kudos' | 'feedback_request'
  text: string
  /** Who is thanked. */
  to: string[]
  /** Who is asked. */
  of: string
}

export const NOTHING_SAID: Draft = { kind: 'comment', text: '', to: [], of: '' }

/** What would be said; null: something is missing. Thanks and questions may be without words. */
export function saidOf({ kind, text, to, of }: Draft): Schema['NewComment'] | null {
  if (kind === 'kudos') return to.length === 0 ? null : { kind, to, text }
  if (kind === 'feedback_request') return of === '' ? null : { kind, of, text }
  return text.trim() === '' ? null : { kind, text }
}
