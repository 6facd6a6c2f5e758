import { AlertTriangle, CheckCircle2, Circle, Clock3, TrendingUp } from 'lucide-react'
import type { Schema } from '../api'
import { useUiText } from './text'

const ICONS = {
  not_started: Circle,
  on_track: TrendingUp,
  behind: Clock3,
  at_risk: AlertTriangle,
  achieved: CheckCircle2,
} as const

/** A status by its word, its sign and its colour: never by colour alone. */
export function Status({ value }: { value: Schema['ProgressStatus'] | null }) {
  const text = useUiText()
  if (value === null) return null
  const Icon = ICONS[value]
  return (
    <span className={`status status-${value}`}>
      <Icon size={14} aria-hidden />
      {text.statuses[value]}
    </span>
  )
}
