import { CheckCircle2, Clock3, Diamond, TimerOff } from 'lucide-react'
import { useDay } from '../cycles'
import { isOverdue } from './lanes'
import type { Milestone } from './queries'
import { useText } from './text'

const ICONS = { planned: Diamond, postponed: Clock3, reached: CheckCircle2, overdue: TimerOff } as const

/** What a milestone's phase is, by a word and a sign. */
export function Phase({ milestone, word = true }: { milestone: Milestone; word?: boolean }) {
  const text = useText()
  const phase = isOverdue(milestone, useDay()) ? 'overdue' : milestone.phase
  const Icon = ICONS[phase]
  return (
    <span className={`phase phase-${phase}`}>
      <Icon size={14} {...(word ? { 'aria-hidden': true } : { 'aria-label': text.phases[phase] })} />
      {word && text.phases[phase]}
    </span>
  )
}
