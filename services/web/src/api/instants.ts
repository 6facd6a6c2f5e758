import { KNOWN_AT, TRUE_ON } from './operations'

/** The instants that a page looks at: the day it is true of, and when it was known. Both left out: today, now. */
export type Instants = { as_of?: string; known_at?: string }

let looked: Instants = {}

/** Sets what every following question is about. The router calls it, from the address, before a page asks anything. */
export function lookAt(instants: Instants): void {
  looked = instants
}

/** The instants that belong to a question: what it takes of those that the page looks at. */
export function instantsFor(path: string): Instants {
  return {
    ...(looked.as_of !== undefined && TRUE_ON.has(path) ? { as_of: looked.as_of } : {}),
    ...(looked.known_at !== undefined && KNOWN_AT.has(path) ? { known_at: looked.known_at } : {}),
  }
}
