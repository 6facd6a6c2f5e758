import { useMemo } from 'react'
import { useLanguage, type Language } from './language'

/** Numbers, days and instants as a language writes them. A day is a day wherever one reads it; an instant is told in the reader's zone. */
export function formatOf(language: Language) {
  const day = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })
  const shortDay = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' })
  const month = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' })
  const instant = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 })
  const percent = new Intl.NumberFormat(language, {
    style: 'percent',
    maximumFractionDigits: 0,
    roundingMode: 'floor',
  })
  return {
    /** Without its year. */
    shortDay: (iso: string) => shortDay.format(new Date(`${iso}T00:00:00Z`)),
    day: (iso: string) => day.format(new Date(`${iso}T00:00:00Z`)),
    /** The month that a day lies in, with its year. */
    month: (iso: string) => month.format(new Date(`${iso}T00:00:00Z`)),
    instant: (iso: string) => instant.format(new Date(iso)),
    number: (value: number) => number.format(value),
    /** Of 0 to 1; never rounded up, so that no number crosses a bound that its status has not. */
    percent: (share: number) => percent.format(share),
  }
}

export type Format = ReturnType<typeof formatOf>

const formats = new Map<Language, Format>()

/** One for all who write in a language: to make one takes longer than to draw a row that asks for it. */
export function useFormat(): Format {
  const language = useLanguage()
  const known = formats.get(language) ?? formatOf(language)
  formats.set(language, known)
  return known
}

/** What stands between the whole and the fraction of a number. */
export function useDecimalSeparator(): string {
  const language = useLanguage()
  const parts = useMemo(() => new Intl.NumberFormat(language).formatToParts(1.5), [language])
  return parts.find((it) => it.type === 'decimal')?.value ?? '.'
}
