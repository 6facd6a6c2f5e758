import { useMemo, useSyncExternalStore } from 'react'
import { useSession } from '../sign-in/session'
import { firstDraft, type Draft, type Reportable } from './draft'

// What is typed outlives the form that it was typed in: another page, a gateway that went away, a session that ended. It goes when it was
// sent, or with this page of the browser; nothing of it is stored.
const drafts = new Map<string, Draft>()
const listeners = new Set<() => void>()

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function put(keyResultId: string, draft: Draft | null) {
  if (draft === null) drafts.delete(keyResultId)
  else drafts.set(keyResultId, draft)
  listeners.forEach((it) => it())
}

/** Takes what was typed of a key result away, to send it or because it was given up. */
export function takeDraft(keyResultId: string): Draft | undefined {
  const draft = drafts.get(keyResultId)
  put(keyResultId, null)
  return draft
}

/** Gives back what could not be sent, unless something else was typed since. */
export function giveBackDraft(keyResultId: string, draft: Draft | undefined): void {
  if (draft !== undefined && !drafts.has(keyResultId)) put(keyResultId, draft)
}

/** What one has typed of a key result; until then what there is to begin with, which follows the key result. */
export function useDraft(keyResult: Reportable): [Draft, (changed: Partial<Draft>) => void] {
  const { session } = useSession()
  const me = session?.person?.id ?? null
  const first = useMemo(() => firstDraft(keyResult, me), [keyResult, me])
  const typed = useSyncExternalStore(subscribe, () => drafts.get(keyResult.id))
  const draft = typed ?? first
  return [draft, (changed) => put(keyResult.id, { ...draft, ...changed })]
}

/** Whether something of a key result was typed and not sent. */
export function useIsDrafted(keyResultId: string): boolean {
  return useSyncExternalStore(subscribe, () => drafts.has(keyResultId))
}
