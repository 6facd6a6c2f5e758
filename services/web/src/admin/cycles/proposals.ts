import type { Schema } from '../../api'
import { dayAfter, daysBetween } from '../../cycles'

export const SPANS = ['quarter', 'half', 'year', 'custom'] as const
export type Span = (typeof SPANS)[number]

/** What a cycle could be: its name, what it is for and its days, as the form begins with them. */
export type Proposal = { name: string; kind: Schema['CycleKind']; first_day: string; last_day: string }
/** What is typed of a cycle; an empty one of these is none, or as the tenant has it. */
export type Typed = Proposal & { enclosing: string; cadence: string; weekday: string }
type Days = Pick<Proposal, 'first_day' | 'last_day'>
type Cycle = Pick<Schema['Cycle'], 'id' | 'name' | 'first_day' | 'last_day' | 'state'>

const MONTHS: Record<Exclude<Span, 'custom'>, number> = { quarter: 3, half: 6, year: 12 }
const AHEAD: Record<Exclude<Span, 'custom'>, number> = { quarter: 6, half: 4, year: 3 }
const SIX_WEEKS = 42

/** The spans of a length from the one that a day lies in on, without those whose name is taken. */
export function proposals(span: Span, today: string, taken: readonly string[]): Proposal[] {
  if (span === 'custom')
    return [{ name: '', kind: 'custom', first_day: today, last_day: dayAfter(today, SIX_WEEKS - 1) }]
  const months = MONTHS[span]
  const present = Math.floor((Number(today.slice(0, 4)) * 12 + Number(today.slice(5, 7)) - 1) / months)
  const names = new Set(taken.map((it) => it.toLowerCase()))
  return Array.from({ length: AHEAD[span] }, (_, ahead) => spanAt(span, months, present + ahead)).filter(
    (it) => !names.has(it.name.toLowerCase()),
  )
}

function spanAt(span: Exclude<Span, 'custom'>, months: number, place: number): Proposal {
  const [year, within] = [Math.floor((place * months) / 12), (place * months) % 12]
  const part = within / months + 1
  const name = span === 'year' ? `${year}` : `${year}-${span === 'half' ? 'H' : 'Q'}${part}`
  const kind = span === 'year' ? 'strategic' : 'tactical'
  return { name, kind, first_day: isoDay(year, within), last_day: dayAfter(isoDay(year, within + months), -1) }
}

function isoDay(year: number, month: number): string {
  return new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10)
}

/** What is typed, as it is asked for. */
export function bodyOf({ name, kind, first_day, last_day, enclosing, cadence, weekday }: Typed): Schema['NewCycle'] {
  return {
    name: name.trim(),
    kind,
    first_day,
    last_day,
    enclosing_cycle: enclosing || null,
    cadence: (cadence || null) as Schema['Cadence'] | null,
    weekday: (weekday || null) as Schema['Weekday'] | null,
  }
}

/** The innermost cycle that a span lies in and is shorter than: what a new one is nested in unless one says otherwise. */
export function enclosingOf<C extends Cycle>(days: Days, cycles: readonly C[]): C | undefined {
  return cycles
    .filter((it) => it.state !== 'closed' && contains(it, days) && length(it) > length(days))
    .sort((a, b) => length(a) - length(b))[0]
}

/** The cycles that share days with a span. They may: it is told, so that nobody is surprised. */
export function overlapping<C extends Cycle>(days: Days, cycles: readonly C[]): C[] {
  return cycles.filter((it) => (it.first_day ?? '') <= days.last_day && days.first_day <= (it.last_day ?? ''))
}

/** Whether a cycle would no longer have all the days that it had. */
export function isShortened(before: Pick<Cycle, 'first_day' | 'last_day'>, after: Days): boolean {
  return after.first_day > (before.first_day ?? '') || after.last_day < (before.last_day ?? '')
}

function contains(outer: Cycle, { first_day, last_day }: Days): boolean {
  return (outer.first_day ?? '9') <= first_day && last_day <= (outer.last_day ?? '')
}

function length({ first_day, last_day }: { first_day: string | null; last_day: string | null }): number {
  return first_day === null || last_day === null ? Infinity : daysBetween(first_day, last_day)
}
