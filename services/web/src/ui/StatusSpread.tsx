import type { Schema } from '../api'
import { useFormat } from '../i18n'
import { Status } from './Status'
import { useUiText } from './text'

export const STATUSES = [
  'achieved',
  'on_track',
  'behind',
  'at_risk',
  'not_started',
] as const satisfies readonly Schema['ProgressStatus'][]

type Counts = Partial<Record<Schema['ProgressStatus'], number>>

/** How many objectives have which status: a bar of their shares, and each with its number. */
export function StatusSpread({ counts, compact = false }: { counts: Counts; compact?: boolean }) {
  const format = useFormat()
  const { statuses } = useUiText()
  const shown = STATUSES.filter((it) => (counts[it] ?? 0) > 0)
  const told = shown.map((it) => `${statuses[it]}: ${format.number(counts[it] ?? 0)}`).join(', ')
  if (shown.length === 0) return null // a bar of nothing says nothing, to nobody
  return (
    <div className="spread">
      <div className="spread-bar" role="img" aria-label={told} title={told}>
        {shown.map((it) => (
          <i key={it} className={`spread-${it}`} style={{ flexGrow: counts[it] }} />
        ))}
      </div>
      {!compact && (
        <ul className="spread-legend">
          {shown.map((it) => (
            <li key={it}>
              <Status value={it} />
              <b>{format.number(counts[it] ?? 0)}</b>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** How many of them have which status; what is hidden has none. */
export function countStatuses(objectives: readonly { status: Schema['ProgressStatus'] | null }[]): Counts {
  const counts: Counts = {}
  for (const { status } of objectives) if (status !== null) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
