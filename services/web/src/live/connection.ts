import type { QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { sessionQuery } from '../sign-in/session'
import { askAgain, endSession } from '../api'
import { apply } from './apply'
import { shareChanges } from './sharing'

const QUIET_FOR = 3000

let stop: (() => void) | null = null
let lost = false
const listeners = new Set<() => void>()

function setLost(now: boolean) {
  if (now === lost) return
  lost = now
  listeners.forEach((it) => it())
}

/** Listens to what changes, from now on until it is called again or one signs out; again after one has signed in anew. */
export function goLive(queries: QueryClient): () => void {
  stop?.()
  let timer: number | undefined
  let wasConnected = true
  const stopSharing = shareChanges({
    onTold: (told, place) => apply(queries, told, place),
    onConnected: (connected) => {
      window.clearTimeout(timer)
      if (connected) setLost(false)
      else timer = window.setTimeout(() => setLost(true), QUIET_FOR) // a stream is begun anew every quarter of an hour
      if (connected && !wasConnected) void askAgain(queries, { predicate: ({ state }) => state.status === 'error' })
      wasConnected = connected
    },
    onFailed: () => void leaveIfSignedOut(queries),
  })
  stop = () => {
    window.clearTimeout(timer)
    stopSharing()
    setLost(false)
  }
  return stop
}

/** A stream that is refused does not say why: whether one is signed in can be asked. */
async function leaveIfSignedOut(queries: QueryClient): Promise<void> {
  const answer = await queries.query({ ...sessionQuery, staleTime: 0 }).catch(() => null)
  if (answer?.session === null) endSession()
}

/** Whether the connection has been gone for longer than it takes to begin it anew. */
export function useIsConnectionLost(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => lost,
  )
}
