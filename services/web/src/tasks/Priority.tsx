import { ArrowDown, ArrowUp } from 'lucide-react'
import type { Schema } from '../api'
import { useText } from './text'

/** How much a task matters, by a word and a sign; the usual is not said. */
export function Priority({ value }: { value: Schema['Priority'] }) {
  const text = useText()
  if (value === 'normal') return null
  const Icon = value === 'high' ? ArrowUp : ArrowDown
  return (
    <span className={`task-priority task-priority-${value}`}>
      <Icon size={13} aria-hidden />
      {text.priorities[value]}
    </span>
  )
}
