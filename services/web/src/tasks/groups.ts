import type { Schema } from '../api'
import { dayAfter } from '../cycles'

type Task = Schema['Task']

export const WHEN = ['overdue', 'week', 'later', 'whenever', 'over'] as const
export type When = (typeof WHEN)[number]
export type Group = { when: When; tasks: Task[] }

/** The Monday of the week that a day lies in. */
export function mondayOf(day: string): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  return dayAfter(day, -((weekday + 6) % 7))
}

/** Tasks by when they are due, the most urgent first; what is done or cancelled is over, what ended last first. */
export function byWhen(tasks: readonly Task[], today: string): Group[] {
  const lastOfWeek = dayAfter(mondayOf(today), 6)
  const whenOf = ({ state, due_day }: Task): When => {
    if (state !== 'open') return 'over'
    if (due_day === null) return 'whenever'
    return due_day < today ? 'overdue' : due_day <= lastOfWeek ? 'week' : 'later'
  }
  const ordered = [...tasks].sort(
    (a, b) =>
      (b.done_on ?? '').localeCompare(a.done_on ?? '') ||
      (a.due_day ?? '9').localeCompare(b.due_day ?? '9') ||
      URGENCY[a.priority] - URGENCY[b.priority],
  )
  return WHEN.map((when) => ({ when, tasks: ordered.filter((it) => whenOf(it) === when) })).filter(
    (it) => it.tasks.length > 0,
  )
}

const URGENCY = { high: 0, normal: 1, low: 2 } as const satisfies Record<Schema['Priority'], number>
