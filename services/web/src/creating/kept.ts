import { useEffect, useState } from 'react'
import { useSession } from '../sign-in/session'
import type { Draft } from './draft'
import type { Conflict } from './rebase'

/**
 * What is being edited: what was typed, what that began from, and at which version; null: there is no such objective yet.
 * `conflicts`: where somebody else changed it since; undefined: nobody did, as far as is known.
 */
export type Editing = { draft: Draft; base: Draft; version: number | null; conflicts?: readonly Conflict[] }

const PREFIX = 'cairn:draft:'

function read(place: string): Editing | null {
  const kept = sessionStorage.getItem(place)
  try {
    return kept === null ? null : (JSON.parse(kept) as Editing)
  } catch {
    return null
  }
}

/**
 * What is typed, kept by this tab through a reload and a session that ends, for whoever typed it and nobody else.
 * It is forgotten once it is saved, and when the tab is closed.
 */
export function useKept(place: string, begin: Editing) {
  const { session } = useSession()
  const [key] = useState(() => `${PREFIX}${session?.person?.id ?? ''}:${place}`) // whoever signs in above the page meanwhile
  const [kept] = useState(() => read(key))
  const [editing, setEditing] = useState(kept ?? begin)
  const touched = JSON.stringify(editing.draft) !== JSON.stringify(editing.base)
  useEffect(() => {
    if (touched) sessionStorage.setItem(key, JSON.stringify(editing))
    else sessionStorage.removeItem(key)
  }, [key, editing, touched])
  const discard = () => {
    sessionStorage.removeItem(key)
    setEditing(begin)
  }
  return {
    editing,
    setEditing,
    restored: kept !== null,
    touched,
    discard,
    forget: () => sessionStorage.removeItem(key),
  }
}
