import type { Language } from '../i18n'

const HOUR = 60
const MOST = 24 * HOUR

/** Minutes as a language says them: 1h 30m. */
export function durationOf(language: Language): (minutes: number) => string {
  const unit = (name: 'hour' | 'minute') => new Intl.NumberFormat(language, { style: 'unit', unit: name })
  const [hours, rest] = [unit('hour'), unit('minute')]
  return (minutes) => {
    const [h, m] = [Math.floor(minutes / HOUR), minutes % HOUR]
    return [h > 0 && hours.format(h), (m > 0 || h === 0) && rest.format(m)].filter((it) => it !== false).join(' ')
  }
}

/** What somebody typed as a time, in minutes: 1:30, 1h30, 1 h 30 min, 1.5h, 1,5 h, 45m, or minutes alone. null: no time, or more than a day. */
export function minutesOf(typed: string): number | null {
  const said = typed.trim().toLowerCase().replace(',', '.')
  const clock = /^(\d{1,2}):([0-5]\d)$/.exec(said)
  if (clock) return within(Number(clock[1]) * HOUR + Number(clock[2]))
  const words =
    /^(?:(\d+(?:\.\d+)?)\s*(?:h|hr|hrs|hours?|std\.?|stunden?|heures?|ore|ora)\s*)?(?:(\d+)\s*(?:m|min|mins|minutes?|minuten?|minuti|minuto)?)?$/.exec(
      said,
    )
  if (!words || said === '') return null
  const [, hours, minutes] = words
  return within(Math.round(Number(hours ?? 0) * HOUR) + Number(minutes ?? 0))
}

function within(minutes: number): number | null {
  return minutes >= 1 && minutes <= MOST ? minutes : null
}
