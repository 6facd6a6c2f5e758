import type { Schema } from '../api'

type Reported = Schema['ReportedKeyResult']

/** What is due, the longest silent first, then by the day; then what is done. Otherwise as the gateway has them. */
export function inOrder(reported: readonly Reported[]): Reported[] {
  const rank = (it: Reported) => (it.due_by === null ? 2 : it.stale ? 0 : 1)
  return [...reported].sort((a, b) => rank(a) - rank(b) || (a.due_by ?? '').localeCompare(b.due_by ?? ''))
}

/** The next that is left after one, from the top again where none follows; undefined: nothing is left. */
export function nextOf(
  all: readonly Reported[],
  isLeft: (it: Reported) => boolean,
  after: string,
): Reported | undefined {
  const at = all.findIndex((it) => it.id === after)
  return [...all.slice(at + 1), ...all.slice(0, Math.max(0, at))].find(isLeft)
}
