/** A day as `2026-03-31`: it is that day wherever one reads it. */
export type Day = string

const DAY = 86_400_000

export function isDay(text: unknown): text is Day {
  return typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
}

export function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10)
}

/** The same day of the year before; of 29 February the 28th. */
export function yearBefore(day: Day): Day {
  const before = `${Number(day.slice(0, 4)) - 1}${day.slice(4)}`
  return new Date(before).toISOString().slice(5, 10) === day.slice(5) ? before : addDays(before, -1)
}

/** The first days of the month of a day and of those before it, the newest first. */
export function monthsUntil(day: Day, months: number): Day[] {
  const [year, month] = [Number(day.slice(0, 4)), Number(day.slice(5, 7))]
  return [...Array(months).keys()].map((back) => new Date(Date.UTC(year, month - 1 - back)).toISOString().slice(0, 10))
}

/** The day that it is in a time zone. */
export function dayIn(zone: string, at: Date): Day {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
  return parts.format(at)
}

/** The last instant of a day in a time zone, where days may have 23 or 25 hours. */
export function endOf(day: Day, zone: string): string {
  const midnight = Date.parse(addDays(day, 1))
  const guess = midnight - aheadOfUtc(zone, midnight)
  return new Date(midnight - aheadOfUtc(zone, guess) - 1).toISOString()
}

/** By how many milliseconds the clocks of a zone are ahead of UTC at an instant. */
function aheadOfUtc(zone: string, at: number): number {
  const clock = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  const told = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]))
  return Date.parse(`${told.year}-${told.month}-${told.day}T${told.hour}:${told.minute}:${told.second}Z`) - at
}
