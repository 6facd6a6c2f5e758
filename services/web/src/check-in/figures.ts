import type { Format } from '../i18n'
import type { Reportable } from './draft'
import type { Text } from './text/en'

/** A value with its unit. */
export function figure(format: Format, value: number, unit: string | null): string {
  return unit === null || unit === '' ? format.number(value) : `${format.number(value)} ${unit}`
}

/** What a key result stands at, in words that its measure wants; null: at nothing yet. */
export function valueText(keyResult: Reportable, format: Format, text: Text): string | null {
  const { measure, value, unit, milestones } = keyResult
  if (measure === 'milestones') {
    return milestones && text.milestonesDone(milestones.filter((it) => it.done).length, milestones.length)
  }
  if (value === null) return null
  if (measure === 'binary') return value === 1 ? text.done : text.notDone
  return figure(format, value, unit)
}

/** What a key result is to come to, or to stay at; null: its value says it. */
export function aimText(keyResult: Reportable, format: Format, text: Text): string | null {
  const { measure, target, low, high, unit } = keyResult
  switch (measure) {
    case 'metric':
    case 'sum':
      return target === null ? null : text.towards(figure(format, target, unit))
    case 'maintain':
      if (low !== null && high !== null) return text.between(format.number(low), figure(format, high, unit))
      if (low !== null) return text.atLeast(figure(format, low, unit))
      return high === null ? null : text.atMost(figure(format, high, unit))
    case 'graded':
      return text.graded
    case 'baseline':
      return text.baseline
    case 'binary':
    case 'milestones':
      return null
  }
}
