import { useSyncExternalStore } from 'react'
import { KNOWN_AT, TRUE_ON } from './operations'

/** The instants that a page looks at: the day it is true of, and when it was known. Both left out: today, now. */
export type Instants = { as_of?: string; known_at?: string }

let looked: Instants = {}
const watchers = new Set<() => void>()

/** Sets what every following question is about. The router calls it, from the address, before a page asks anything. */
export function lookAt(instants: Instants): void {
  if (instants.as_of === looked.as_of && instants.known_at === looked.known_at) return
  looked = instants
  watchers.forEach((told) => told())
}

/** Whether something else than the present is looked at: then nothing is changed. */
export function looksElsewhere(): boolean {
  return looked.as_of !== undefined || looked.known_at !== undefined
}

/** The instants that belong to a question: what it takes of those that the page looks at, or of others. */
export function instantsFor(path: string, { as_of, known_at }: Instants = looked): Instants {
  return {
    ...(as_of !== undefined && TRUE_ON.has(path) ? { as_of } : {}),
    ...(known_at !== undefined && KNOWN_AT.has(path) ? { known_at } : {}),
  }
}

/** What the page looks at, for whoever asks something by it: one is told when it changes. */
export function useLooked(): Instants {
  return useSyncExternalStore(watch, () => looked)
}

function watch(told: () => void): () => void {
  watchers.add(told)
  return () => watchers.delete(told)
}
