import { useSyncExternalStore } from 'react'
import { flushSync } from 'react-dom'

const PAPER = 'print'
let asked = false

/** Whether the page is made for paper now, where what is out of sight is wanted, too. */
export function usePrinting(): boolean {
  return useSyncExternalStore(subscribe, () => asked || window.matchMedia(PAPER).matches)
}

function subscribe(listener: () => void): () => void {
  const paper = window.matchMedia(PAPER)
  const tell = (now: boolean) => () => {
    asked = now
    flushSync(listener) // the browser takes what is there when this returns
  }
  const [begin, end] = [tell(true), tell(false)]
  window.addEventListener('beforeprint', begin)
  window.addEventListener('afterprint', end)
  paper.addEventListener('change', listener)
  return () => {
    window.removeEventListener('beforeprint', begin)
    window.removeEventListener('afterprint', end)
    paper.removeEventListener('change', listener)
  }
}
