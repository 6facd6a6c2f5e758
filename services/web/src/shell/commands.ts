import { useEffect, useSyncExternalStore } from 'react'

/** Something that a page lets one do, for Ctrl-K. */
export type Command = { label: string; act: () => void }

const offered = new Map<symbol, readonly Command[]>()
const listeners = new Set<() => void>()
let all: readonly Command[] = []

function tell() {
  all = [...offered.values()].flat()
  listeners.forEach((it) => it())
}

/** Offers commands in Ctrl-K for as long as what can do them is shown. */
export function useCommands(commands: readonly Command[]): void {
  useEffect(() => {
    const place = Symbol()
    offered.set(place, commands)
    tell()
    return () => {
      offered.delete(place)
      tell()
    }
  }, [commands])
}

/** What the page that is shown offers. */
export function useOffered(): readonly Command[] {
  return useSyncExternalStore(subscribe, () => all)
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
