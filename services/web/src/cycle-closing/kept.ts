import { useEffect, useState } from 'react'
import { useSession } from '../sign-in/session'
import { NOTHING_TYPED, type Draft } from './closing'

const PREFIX = 'cairn:closing:'

function read(place: string): Draft {
  const kept = sessionStorage.getItem(place)
  try {
    return kept === null ? NOTHING_TYPED : { ...NOTHING_TYPED, ...(JSON.parse(kept) as Partial<Draft>) }
  } catch {
    return NOTHING_TYPED
  }
}

/** What is typed of a closing, kept by this tab through a reload and a session that ends, for whoever typed it; until it is done. */
export function useKeptDraft(cycle: string) {
  const { session } = useSession()
  const place = `${PREFIX}${session?.person?.id ?? ''}:${cycle}`
  const [draft, setDraft] = useState(() => read(place))
  useEffect(() => {
    if (draft === NOTHING_TYPED) sessionStorage.removeItem(place)
    else sessionStorage.setItem(place, JSON.stringify(draft))
  }, [place, draft])
  const forget = () => {
    sessionStorage.removeItem(place) // at once: the page may be left before it is shown
    setDraft(NOTHING_TYPED)
  }
  return { draft, setDraft, forget }
}
