const MILLISECONDS = 86_400_000

/** The day so many days after another one, both as ISO 8601 writes them. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * MILLISECONDS).toISOString().slice(0, 10)
}

/** How many days lie between two, negative where the second comes first. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / MILLISECONDS)
}

/** The day that it is in a time zone at an instant. */
export function dayIn(timeZone: string, instant = new Date()): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
    .formatToParts(instant)
    .reduce<Record<string, string>>((all, { type, value }) => ({ ...all, [type]: value }), {})
  return `${parts.year}-${parts.month}-${parts.day}`
}

/** The earlier of two days, of which the other may not be there. */
export function earlierOf(one: string, other: string | null | undefined): string {
  return other !== null && other !== undefined && other < one ? other : one
}

/** So many days at most from one to another, both among them, as far apart from each other as they can be. */
export function spreadDays(from: string, to: string, most: number): string[] {
  const whole = daysBetween(from, to)
  if (whole <= 0) return [from]
  const steps = Math.min(most - 1, whole)
  return Array.from({ length: steps + 1 }, (_, place) => dayAfter(from, Math.round((whole * place) / steps)))
}
