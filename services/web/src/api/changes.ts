/** What `GET /v1/changes` tells (docs/live.md): what to ask for again, and not what it says. */
export type Kind =
  | 'objective'
  | 'key_result'
  | 'task'
  | 'initiative'
  | 'cycle'
  | 'kpi'
  | 'milestone'
  | 'template'
  | 'person'
  | 'team'
  | 'pillar'
  | 'vision'
  | 'settings'
  | 'inbox'
export type What = 'definition' | 'check_ins' | 'comments' | 'status' | 'numbers' | 'values'
export type Change = { kind: Kind; id: string | null; objective_id: string | null; what: readonly What[] }

export type Told =
  | { event: 'here' }
  | { event: 'changes'; changes: readonly Change[] }
  | { event: 'gone'; gone: readonly { kind: Kind; id: string }[] }
  | { event: 'anew'; reason: string }
  | { event: 'end'; reason: string }

const EVENTS = ['here', 'changes', 'gone', 'anew', 'end'] as const
const FIRST_PAUSE = 500
const LONGEST_PAUSE = 15_000

export type Listener = {
  onTold: (told: Told, place: string) => void
  /** Whether the stream stands. */
  onConnected: (connected: boolean) => void
  /** It could not be connected, and is about to be tried again: is one still signed in? */
  onFailed: () => void
}

/**
 * Listens to what changes from a place on (empty: from now on), for as long as it is not closed. A stream that ends is begun again from
 * where it was, after a pause that grows; at once when the network comes back, or somebody looks at the page again.
 */
export function listenToChanges(after: string, { onTold, onConnected, onFailed }: Listener): () => void {
  let place = after
  let failures = 0
  let source: EventSource | null = null
  let timer: number | undefined

  const connect = () => {
    window.clearTimeout(timer)
    source?.close()
    source = new EventSource(place === '' ? '/v1/changes' : `/v1/changes?after=${encodeURIComponent(place)}`)
    source.onopen = () => {
      failures = 0
      onConnected(true)
    }
    source.onerror = pause
    EVENTS.forEach((name) =>
      source?.addEventListener(name, (told: MessageEvent<string>) => tell(name, told.data, told.lastEventId)),
    )
  }
  const tell = (event: (typeof EVENTS)[number], data: string, id: string) => {
    if (id !== '') place = id
    onTold({ event, ...(JSON.parse(data) as object) } as Told, place)
    if (event === 'end') close()
  }
  // The browser would try again by itself, but not after an answer that is no stream, as of a gateway that is just starting.
  const pause = () => {
    source?.close()
    onConnected(false)
    if (failures > 0) onFailed()
    const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures)
    failures += 1
    timer = window.setTimeout(connect, longest * (0.5 + Math.random() / 2))
  }
  const tryNow = () => {
    if (document.visibilityState === 'visible' && source?.readyState === EventSource.CLOSED) connect()
  }
  const close = () => {
    window.clearTimeout(timer)
    source?.close()
    window.removeEventListener('online', tryNow)
    document.removeEventListener('visibilitychange', tryNow)
  }
  window.addEventListener('online', tryNow)
  document.addEventListener('visibilitychange', tryNow)
  connect()
  return close
}
