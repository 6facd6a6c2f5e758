import { dayAfter, daysBetween } from '../cycles'
import type { Milestone } from './queries'

const PIXELS_A_DAY = 4
const LABEL = { letter: 7.2, around: 44, most: 240 }
/** How far a sign goes to the left of its day, and what is left free before the first label and after today. */
const START = { sign: 7, before: 24, today: 60 }
const DAYS_AROUND = { before: 14, after: 45 }

/** Where a milestone stands on the time line: how far from its beginning, and in which line of its lane. */
export type Spot = {
  milestone: Milestone
  left: number
  line: number
  /** Where it was planned first, if it was postponed. */ from: number | null
}

/** What belongs to the company, or to a team. */
export type Lane = { team: string | null; spots: readonly Spot[]; lines: number }

export type TimeLine = {
  lanes: readonly Lane[]
  width: number
  today: number
  /** The first days of the months. */
  months: readonly { day: string; left: number }[]
}

/** Lays milestones out: a lane for the company and for each team, in it lines enough that no label lies on another. */
export function timeLineOf(milestones: readonly Milestone[], today: string): TimeLine {
  const placed = milestones.flatMap((it) => (it.day === null ? [] : [{ milestone: it, day: it.day }]))
  const days = [today, ...placed.flatMap(({ milestone, day }) => [day, milestone.first_day ?? day])].sort()
  const first = dayAfter(days[0] ?? today, -DAYS_AROUND.before)
  const last = dayAfter(days.at(-1) ?? today, DAYS_AROUND.after)
  const leftOf = (day: string) => daysBetween(first, day) * PIXELS_A_DAY
  const teams = new Set(placed.map(({ milestone }) => milestone.team?.name ?? null))
  const inOrder = [...teams].sort((a, b) => Number(b === null) - Number(a === null) || (a ?? '').localeCompare(b ?? ''))
  const lanes = inOrder.map((team) => {
    const ends: number[] = [] // of each line, where its last label ends
    const spots = placed
      .filter(({ milestone }) => (milestone.team?.name ?? null) === team)
      .sort((a, b) => a.day.localeCompare(b.day))
      .map(({ milestone, day }): Spot => {
        const left = leftOf(day)
        const free = ends.findIndex((end) => end <= left)
        const line = free < 0 ? ends.length : free
        ends[line] = endOf(milestone, left)
        const moved = milestone.first_day !== null && milestone.first_day !== day
        return { milestone, left, line, from: moved ? leftOf(milestone.first_day ?? day) : null }
      })
    return { team, spots, lines: ends.length }
  })
  const labels = lanes.flatMap(({ spots }) => spots.map(({ left }) => left + LABEL.most))
  return {
    lanes,
    width: Math.max(leftOf(last), ...labels),
    today: leftOf(today),
    months: monthsOf(first, last).map((day) => ({ day, left: leftOf(day) })),
  }
}

function endOf(milestone: Milestone, left: number): number {
  return left + Math.min(LABEL.most, LABEL.around + milestone.title.length * LABEL.letter)
}

/**
 * Where the part that is seen first begins: today at its third, or further to the right where a label would be cut at the beginning.
 */
export function startOf({ lanes, width, today }: TimeLine, seen: number): number {
  const wanted = Math.max(0, Math.min(today - seen / 3, width - seen))
  const spots = lanes.flatMap((lane) => lane.spots)
  const isCut = (start: number) =>
    spots.some(({ milestone, left }) => left - START.sign < start && start < endOf(milestone, left))
  const earlier = spots
    .map(({ left }) => left - START.before)
    .filter((it) => it < wanted && it > today - seen + START.today)
  const whole = [wanted, ...earlier.sort((a, b) => b - a)].find((it) => !isCut(it))
  return Math.max(0, whole ?? wanted)
}

function monthsOf(first: string, last: string): string[] {
  const months: string[] = []
  const at = new Date(`${first.slice(0, 7)}-01T00:00:00Z`)
  for (
    at.setUTCMonth(at.getUTCMonth() + 1);
    at.toISOString().slice(0, 10) <= last;
    at.setUTCMonth(at.getUTCMonth() + 1)
  )
    months.push(at.toISOString().slice(0, 10))
  return months
}

/** Whether the day of a milestone has gone by and it was not reached. */
export function isOverdue({ phase, day }: Milestone, today: string): boolean {
  return phase !== 'reached' && day !== null && day < today
}
