import type { ReactNode } from 'react'
import { Problem } from '../api'
import { FieldProblem } from '../problems'

/** What the gateway said of a field, by the name that it has there. */
export function errorOf(error: Error | null, field: string): ReactNode {
  if (!(error instanceof Problem)) return undefined
  const wrong = error.errors.find((it) => it.field === field)
  return wrong && <FieldProblem reason={error.reason} message={wrong.message} />
}

/** A problem that is not told at a field already: what is left for the notice below a form. */
export function unplaced(error: Error | null, fields: readonly string[]): Error | null {
  if (!(error instanceof Problem) || error.errors.length === 0) return error
  return error.errors.every((it) => fields.includes(it.field)) ? null : error
}
