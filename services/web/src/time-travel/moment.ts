import type { Instants, Schema } from '../api'
import { addDays, dayIn, endOf, isDay, yearBefore, type Day } from './days'

/** What a page looks at, as one thinks of it: a day, and what of it was known on which day. `null`: today, as known now. */
export type Moment = { trueOn: Day; knownOn: Day | null }

/** Where the days of a tenant begin and end, and which it is there. */
export type Calendar = { zone: string; today: Day }

/** What the address says of a moment; what makes no sense is passed over. */
export function instantsOf(search: Record<string, unknown>): Instants {
  const { as_of, known_at } = search
  return {
    as_of: isDay(as_of) ? as_of : undefined,
    known_at: typeof known_at === 'string' && !Number.isNaN(Date.parse(known_at)) ? known_at : undefined,
  }
}

export function momentOf({ as_of, known_at }: Instants, { zone, today }: Calendar): Moment | null {
  if (as_of === undefined && known_at === undefined) return null
  return { trueOn: as_of ?? today, knownOn: known_at === undefined ? null : dayIn(zone, new Date(known_at)) }
}

/** The instants that say a moment. A day that has not ended is the present. */
export function instantsAt(moment: Moment | null, { zone, today }: Calendar): Instants {
  const knownOn = moment?.knownOn != null && moment.knownOn < today ? moment.knownOn : null
  const trueOn = moment !== null && moment.trueOn < today ? moment.trueOn : null
  return {
    as_of: trueOn ?? (knownOn === null ? undefined : today),
    known_at: knownOn === null ? undefined : endOf(knownOn, zone),
  }
}

/** So many days on. What was known on that very day stays so. */
export function stepped(moment: Moment | null, days: number, today: Day): Moment {
  const { trueOn, knownOn } = moment ?? { trueOn: today, knownOn: null }
  const next = addDays(trueOn, days)
  return { trueOn: next, knownOn: knownOn === trueOn ? next : knownOn }
}

export type Preset = { name: 'week' | 'cycleStart' | 'cycleEnd' | 'year'; day: Day; cycle?: string }

/** Days that one often wants to go back to: those of them that there are. */
export function presets(today: Day, cycles: readonly Schema['Cycle'][]): Preset[] {
  const running = innermostOn(today, cycles)
  const ended = cycles
    .filter((it) => it.last_day !== null && it.last_day < today)
    .sort((a, b) => (b.last_day ?? '').localeCompare(a.last_day ?? ''))
    .at(0)
  return [
    { name: 'week', day: addDays(today, -7) },
    ...(running?.first_day != null && running.first_day < today
      ? [{ name: 'cycleStart', day: running.first_day, cycle: running.name } as const]
      : []),
    ...(ended?.last_day != null ? [{ name: 'cycleEnd', day: ended.last_day, cycle: ended.name } as const] : []),
    { name: 'year', day: yearBefore(today) },
  ]
}

/** The shortest cycle that a day lies in. */
export function innermostOn(day: Day, cycles: readonly Schema['Cycle'][]): Schema['Cycle'] | undefined {
  const span = (it: Schema['Cycle']) => Date.parse(it.last_day ?? '') - Date.parse(it.first_day ?? '')
  return cycles
    .filter((it) => (it.first_day ?? '9999') <= day && day <= (it.last_day ?? ''))
    .sort((a, b) => span(a) - span(b))
    .at(0)
}
