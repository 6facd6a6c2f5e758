import type { Format } from '../../i18n'
import type { Text } from './text/en'

/** How a setting is typed: by which field. One that this app does not know yet is typed as a text. */
export type Form = 'zone' | 'pair' | 'cadence' | 'weekday' | 'pace' | 'visibility' | 'switch' | 'text'

const FORMS: Readonly<Record<string, Form>> = {
  time_zone: 'zone',
  bounds: 'pair',
  bands: 'pair',
  cadence: 'cadence',
  weekday: 'weekday',
  default_pace: 'pace',
  default_visibility: 'visibility',
  approval: 'switch',
  two_to_five: 'switch',
}

export function formOf(setting: string): Form {
  return FORMS[setting] ?? 'text'
}

/** What a setting is called, and what it means: in the reader’s language where this app knows it. */
export function wordsOf(setting: { name: string; meaning: string }, text: Text): { name: string; about: string } {
  const known = (text.settings as Record<string, { name: string; about: string } | undefined>)[setting.name]
  return known ?? { name: setting.name, about: setting.meaning }
}

/** What a value of a setting says, in words. */
export function said(setting: string, value: string, text: Text, format: Format): string {
  switch (formOf(setting)) {
    case 'pair': {
      const [low = 0, high = 0] = sharesOf(value)
      return setting === 'bounds'
        ? text.bounds(format.percent(low), format.percent(high))
        : text.bands(format.number(low), format.number(high))
    }
    case 'cadence':
      return wordIn(text.cadences, value)
    case 'weekday':
      return wordIn(text.weekdays, value)
    case 'visibility':
      return wordIn(text.visibilities, value)
    case 'switch':
      return wordIn(text.switches, value)
    case 'pace':
      return value === STRAIGHT ? text.straight : sharesOf(value).map(format.percent).join(' → ')
    case 'zone':
    case 'text':
      return value
  }
}

export const STRAIGHT = 'straight'

/** The numbers of a list: `0.10;0.25`. What is no number is left out. */
export function sharesOf(value: string): number[] {
  return value
    .split(';')
    .map((it) => (it.trim() === '' ? NaN : Number(it)))
    .filter(Number.isFinite)
}

/** The shares of a pace, to be drawn. */
export function paceOf(value: string): number[] {
  return value === STRAIGHT ? [0, 1] : sharesOf(value)
}

function wordIn(words: Readonly<Record<string, string>>, value: string): string {
  return words[value] ?? value
}
