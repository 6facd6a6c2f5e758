import type { ReactNode } from 'react'
import { Problem } from '../api'
import { FieldProblem } from '../problems'
import { isEmpty, type Draft, type KeyResultDraft } from './draft'

/** What is wrong with what was typed, by field as the gateway calls it: `title`, `key_results[0].target`. */
export type FieldErrors = Readonly<Record<string, ReactNode>>

/** What was wrong, and with what: of the draft in which those places stand. */
export type Checked = { errors: FieldErrors; of: Draft }

/** The errors of a refusal, where the command was about one place of the form. */
export function errorsOf(problem: unknown, place = ''): FieldErrors {
  if (!(problem instanceof Problem)) return {}
  return Object.fromEntries(
    problem.errors.map(({ field, message }) => [
      placed(field, place),
      <FieldProblem key={field} reason={problem.reason} message={message} />,
    ]),
  )
}

function placed(field: string, place: string): string {
  if (field === 'body' || field === '') return place
  if (place === '') return field.replace(/^body\.?/, '')
  return place === 'parent' || place === 'key_results' ? place : `${place}.${field}`
}

/** The error at a field, or at something within it that has no field of its own. */
export function errorAt(errors: FieldErrors, field: string): ReactNode {
  const exact = errors[field]
  if (exact !== undefined) return exact
  const within = Object.keys(errors).find((each) => each.startsWith(`${field}[`) || each.startsWith(`${field}.`))
  return within === undefined ? undefined : errors[within]
}

/** The errors that still stand: a field that was changed since has none, and a key result keeps its own when others come or go. */
export function standing({ errors, of }: Checked, now: Draft): FieldErrors {
  return Object.fromEntries(
    Object.entries(errors).flatMap(([field, error]) => {
      const place = placeNow(field, of, now)
      return place !== null && same(saidAt(of, field), saidAt(now, place)) ? [[place, error]] : []
    }),
  )
}

/** Whether every field that was refused was changed since: nothing is left to be said of it. */
export function isMended({ errors, of }: Checked, now: Draft): boolean {
  const fields = Object.keys(errors)
  return fields.length > 0 && !fields.includes('') && Object.keys(standing({ errors, of }, now)).length === 0
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

const KEY_RESULT = /^key_results\[(\d+)\]/

/** Where a field stands now, by the key of its key result; null: that was removed. */
function placeNow(field: string, of: Draft, now: Draft): string | null {
  const [place, number] = KEY_RESULT.exec(field) ?? []
  if (place === undefined) return field
  const key = of.keyResults[Number(number)]?.key
  const at = now.keyResults.findIndex((each) => each.key === key)
  return at < 0 ? null : `key_results[${at}]${field.slice(place.length)}`
}

/** What is typed at a field; for the list of key results what they are, without those that are empty. */
function saidAt(draft: Draft, field: string): unknown {
  if (field === 'key_results')
    return draft.keyResults.filter((each) => !isEmpty(each)).map((it) => ({ ...it, id: null }))
  const [place, number] = KEY_RESULT.exec(field) ?? []
  const keyResult = draft.keyResults[Number(number)]
  if (place === undefined || keyResult === undefined) return deepest(draft, field)
  const name = field.slice(place.length + 1)
  return [deepest(keyResult, name), partner(keyResult, name)]
}

/** Start and target are held against each other, unless one is only missing; of two bounds one is enough. */
function partner(it: KeyResultDraft, name: string): unknown {
  if (name === 'start') return it.start === '' ? null : it.target
  if (name === 'target') return it.target === '' ? null : it.start
  if (name === 'low') return it.high
  return name === 'high' ? it.low : null
}

/** The value at a path as the gateway writes it (`milestones[0].due_day`), or the nearest one around it that the form has. */
function deepest(from: object, path: string): unknown {
  let value: unknown = from
  for (const step of path.split(/[.[\]]+/).filter((each) => each !== '')) {
    const name = step.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
    const within = (value as Readonly<Record<string, unknown>> | null)?.[name]
    if (within === undefined) break
    value = within
  }
  return value
}
