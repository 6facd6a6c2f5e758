import type { ReactNode } from 'react'
import { Problem } from '../api'
import { FieldProblem } from '../problems'

/** What is wrong with what was typed, by field as the gateway calls it: `title`, `key_results[0].target`. */
export type FieldErrors = Readonly<Record<string, ReactNode>>

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
