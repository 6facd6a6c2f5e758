import { listenToChanges, type Listener, type Told } from '../api'

const NAME = 'cairn-live'
const ANSWER_WITHIN = 2000

type Message =
  | { say: 'told'; told: Told; place: string }
  | { say: 'connected'; connected: boolean; place: string }
  | { say: 'failed' }
  | { say: 'who' }

/**
 * Listens to what changes, by one connection for all pages of this browser: the page that holds the lock has it, and tells the others. When
 * it is closed the next one goes on from the place that it has heard of. A page that one comes back to and that gets no answer takes the lock
 * over: the browser may have put the one that had it to sleep.
 */
export function shareChanges(listener: Listener): () => void {
  const channel = new BroadcastChannel(NAME)
  const post = (message: Message) => channel.postMessage(message)
  const stopped = new AbortController()
  let place = ''
  let connected = false
  let leave: (() => void) | null = null // set while this page has the connection
  let waiting: number | undefined

  const lead = () => {
    const close = listenToChanges(place, {
      onTold: (told, at) => {
        place = at
        listener.onTold(told, at)
        post({ say: 'told', told, place: at })
        if (told.event !== 'end') return
        connected = false
        post({ say: 'connected', connected, place })
        leave?.() // another page may be signed in anew sooner than this one
      },
      onConnected: (now) => {
        connected = now
        listener.onConnected(now)
        post({ say: 'connected', connected: now, place })
      },
      onFailed: () => {
        listener.onFailed()
        post({ say: 'failed' })
      },
    })
    return new Promise<void>((resolve) => {
      leave = () => {
        close()
        leave = null
        resolve()
      }
    })
  }
  const ask = (options: LockOptions) =>
    navigator.locks.request(NAME, options, lead).catch(() => {
      if (stopped.signal.aborted) return
      leave?.() // taken over by a page that got no answer
      void ask({ signal: stopped.signal })
    })

  channel.onmessage = ({ data: message }: MessageEvent<Message>) => {
    window.clearTimeout(waiting)
    if (message.say === 'who') {
      if (leave !== null) post({ say: 'connected', connected, place })
    } else if (message.say === 'told') {
      place = message.place
      listener.onTold(message.told, message.place)
    } else if (message.say === 'connected') {
      if (place === '' && message.connected) listener.onTold({ event: 'here' }, message.place)
      place = message.place
      listener.onConnected(message.connected)
    } else {
      listener.onFailed()
    }
  }
  const lookForTheOther = () => {
    if (document.visibilityState !== 'visible' || leave !== null) return
    post({ say: 'who' })
    waiting = window.setTimeout(() => leave === null && void ask({ steal: true }), ANSWER_WITHIN)
  }
  document.addEventListener('visibilitychange', lookForTheOther)
  void ask({ signal: stopped.signal })
  lookForTheOther()

  return () => {
    stopped.abort()
    window.clearTimeout(waiting)
    document.removeEventListener('visibilitychange', lookForTheOther)
    leave?.()
    channel.close()
  }
}
