import { useSyncExternalStore } from 'react'
import { usePrinting } from '../usePrinting'

const NAMES = ['ok', 'achieved', 'warn', 'bad', 'mute', 'line', 'ink', 'surface', 'text', 'hover', 'selected'] as const

/** What a canvas is painted with: the variables of `ui.css`, in the colour scheme that is shown. */
export type Colours = Record<(typeof NAMES)[number], string>

const EMPTY = Object.fromEntries(NAMES.map((name) => [name, ''])) as Colours
const OF_PAPER = 'light'
const read = new Map<string, Colours>()

/** Colours for what is drawn on a canvas; another one when the colour scheme is another, and the light ones as long as it is printed. */
export function useColours(): Colours {
  const printing = usePrinting()
  return useSyncExternalStore(
    watch,
    () => coloursOf(printing ? OF_PAPER : (document.documentElement.dataset.mantineColorScheme ?? OF_PAPER)),
    () => EMPTY,
  )
}

function coloursOf(scheme: string): Colours {
  const known = read.get(scheme) ?? readAll(scheme)
  read.set(scheme, known)
  return known
}

/** Of an element that is in this scheme, whichever the page is in. */
function readAll(scheme: string): Colours {
  const probe = document.createElement('span')
  probe.hidden = true
  probe.dataset.mantineColorScheme = scheme
  document.body.append(probe)
  const styles = getComputedStyle(probe)
  const colours = Object.fromEntries(NAMES.map((name) => [name, styles.getPropertyValue(`--${name}`).trim()]))
  probe.remove()
  return colours as Colours
}

function watch(told: () => void): () => void {
  const observer = new MutationObserver(told)
  observer.observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] })
  return () => observer.disconnect()
}

const BY_STATUS: Readonly<Record<string, keyof Colours>> = {
  achieved: 'achieved',
  on_track: 'ok',
  behind: 'warn',
  at_risk: 'bad',
}

/** The colour of a status, on a canvas. */
export function colourOf(colours: Colours, status: string | null): string {
  return colours[BY_STATUS[status ?? ''] ?? 'mute']
}
