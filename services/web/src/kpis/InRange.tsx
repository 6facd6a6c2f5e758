import { AlertTriangle, Check, CircleDashed } from 'lucide-react'
import type { Schema } from '../api'
import { useFormat } from '../i18n'
import { useText } from './text'

/** Whether a value lies in its range, by a word and a sign. */
export function InRange({ value }: { value: boolean | null }) {
  const text = useText()
  if (value === null)
    return (
      <span className="status status-not_started">
        <CircleDashed size={14} aria-hidden />
        {text.notMeasured}
      </span>
    )
  return value ? (
    <span className="status status-on_track">
      <Check size={14} aria-hidden />
      {text.inRange}
    </span>
  ) : (
    <span className="status status-at_risk">
      <AlertTriangle size={14} aria-hidden />
      {text.outOfRange}
    </span>
  )
}

/** The healthy range in words. */
export function useRange() {
  const text = useText()
  const format = useFormat()
  return ({ low, high, unit }: Pick<Schema['Kpi'], 'low' | 'high' | 'unit'>) => {
    if (low !== null && high !== null) return text.between(format.number(low), format.number(high), unit)
    if (low !== null) return text.atLeast(format.number(low), unit)
    if (high !== null) return text.atMost(format.number(high), unit)
    return text.noRange
  }
}
