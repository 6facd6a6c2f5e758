import { useCallback, useMemo, useState } from 'react'
import type { Schema } from '../api'

export type Opened = {
  isOpen: (id: string) => boolean
  set: (ids: readonly string[], open: boolean) => void
  setAll: (open: boolean) => void
}

type Turned = { all: boolean | null; each: ReadonlyMap<string, boolean> }

/** What of the tree is open: at first down to the teams, then as one turns it. */
export function useOpened(objectives: readonly Schema['TreeObjective'][]): Opened {
  const [{ all, each }, setTurned] = useState<Turned>({ all: null, each: new Map() })
  const levels = useMemo(() => new Map(objectives.map((it) => [it.id, it.level])), [objectives])
  const isOpen = useCallback(
    (id: string) => each.get(id) ?? all ?? levels.get(id) !== 'individual',
    [each, all, levels],
  )
  const set = useCallback(
    (ids: readonly string[], open: boolean) =>
      setTurned((before) => ({ ...before, each: new Map([...before.each, ...ids.map((id) => [id, open] as const)]) })),
    [],
  )
  return { isOpen, set, setAll: (open) => setTurned({ all: open, each: new Map() }) }
}
