import type { Schema } from '../api'

type Comment = Schema['CommentAsItStands']
export type Thread = { first: Comment; replies: Comment[] }

/** Comments by their threads, each in the order in which it was said. */
export function threadsOf(comments: readonly Comment[]): Thread[] {
  const inOrder = [...comments].sort((a, b) => a.created_at.localeCompare(b.created_at))
  return inOrder
    .filter((it) => it.thread === it.id)
    .map((first) => ({ first, replies: inOrder.filter((it) => it.thread === first.id && it.id !== first.id) }))
}

/** The word behind an @ in which a caret stands, without the @; null: it stands in none. */
export function mentionAt(text: string, caret: number): string | null {
  const found = /(?:^|[^\w@])@([\w.+-]*)$/.exec(text.slice(0, caret))
  return found === null ? null : (found[1] ?? '')
}

/** The text with a handle in the place of the word that is typed, and where the caret stands then. */
export function withMention(text: string, caret: number, handle: string): { text: string; caret: number } {
  const typed = mentionAt(text, caret) ?? ''
  const said = /^\w[\w.+-]*$/.test(handle) ? handle : `"${handle}"`
  const before = `${text.slice(0, caret - typed.length)}${said} `
  return { text: before + text.slice(caret), caret: before.length }
}
