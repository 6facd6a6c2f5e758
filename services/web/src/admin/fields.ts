import { Problem } from '../api'

/** What the gateway said of a field, by the name that it has there. */
export function errorOf(error: Error | null, field: string): string | undefined {
  return error instanceof Problem ? error.errors.find((it) => it.field === field)?.message : undefined
}

/** A problem that is not told at a field already: what is left for the notice below a form. */
export function unplaced(error: Error | null, fields: readonly string[]): Error | null {
  if (!(error instanceof Problem) || error.errors.length === 0) return error
  return error.errors.every((it) => fields.includes(it.field)) ? null : error
}
