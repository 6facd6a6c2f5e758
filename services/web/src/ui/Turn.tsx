import type { Schema } from '../api'
import { Status } from './Status'

type Value = Schema['ProgressStatus'] | null

/** A status that turned: what it was, and what it is. `label` is how the arrow between them is read. */
export function Turn({ before, now, label }: { before: Value; now: Value; label: string }) {
  return (
    <span className="turn">
      <Status value={before} />
      <span aria-label={label}>→</span>
      <Status value={now} />
    </span>
  )
}
