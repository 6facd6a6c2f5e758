import { useCallback, useMemo, useState } from 'react'
import type { Schema } from '../api'

export type Opened = {
  isOpen: (id: string) => boolean
  /** The key results of an objective that have rows of their own. */
  keyResultsOf: (it: Objective) => readonly Schema['TreeKeyResult'][]
  /** Gives the key results of an objective rows of their own, and opens it. */
  showKeyResults: (id: string) => void
  set: (ids: readonly string[], open: boolean) => void
  setAll: (open: boolean) => void
}

type Objective = Schema['TreeObjective']

type Turned = { all: boolean | null; each: ReadonlyMap<string, boolean> }

/** What of the tree is open: at first down to the teams, or to the key results where all of these are shown; then as one turns it. */
export function useOpened(objectives: readonly Objective[], allKeyResults = false): Opened {
  const [{ all, each }, setTurned] = useState<Turned>({ all: null, each: new Map() })
  const levels = useMemo(() => new Map(objectives.map((it) => [it.id, it.level])), [objectives])
  const isOpen = useCallback(
    (id: string) => each.get(id) ?? all ?? (allKeyResults || levels.get(id) !== 'individual'),
    [each, all, levels, allKeyResults],
  )
  const [shown, setShown] = useState<ReadonlySet<string>>(new Set())
  const keyResultsOf = useCallback(
    (it: Objective) => (allKeyResults || shown.has(it.id) ? it.key_results : NONE),
    [allKeyResults, shown],
  )
  const set = useCallback(
    (ids: readonly string[], open: boolean) =>
      setTurned((before) => ({ ...before, each: new Map([...before.each, ...ids.map((id) => [id, open] as const)]) })),
    [],
  )
  const showKeyResults = (id: string) => {
    setShown((before) => new Set([...before, id]))
    set([id], true)
  }
  return { isOpen, keyResultsOf, showKeyResults, set, setAll: (open) => setTurned({ all: open, each: new Map() }) }
}

const NONE: readonly never[] = []
