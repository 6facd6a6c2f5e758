import { useSyncExternalStore } from 'react'

const NAMES = ['ok', 'achieved', 'warn', 'bad', 'mute', 'line', 'ink', 'surface', 'text', 'hover', 'selected'] as const

/** What a canvas is painted with: the variables of `ui.css`, in the colour scheme that is shown. */
export type Colours = Record<(typeof NAMES)[number], string>

const EMPTY = Object.fromEntries(NAMES.map((name) => [name, ''])) as Colours
let read: { scheme: string | undefined; colours: Colours } | null = null

/** Colours for what is drawn on a canvas; another one, when the colour scheme is another. */
export function useColours(): Colours {
  return useSyncExternalStore(watch, present, () => EMPTY)
}

function present(): Colours {
  const scheme = document.documentElement.dataset.mantineColorScheme
  if (read?.scheme !== scheme) read = { scheme, colours: readAll() }
  return read?.colours ?? EMPTY
}

function readAll(): Colours {
  const styles = getComputedStyle(document.documentElement)
  return Object.fromEntries(NAMES.map((name) => [name, styles.getPropertyValue(`--${name}`).trim()])) as Colours
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
