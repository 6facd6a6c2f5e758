import type { Schema } from '../../api'
import { dayIn } from '../../time-travel'

type Change = Schema['Change']
type Series = Schema['Series']

export type EventKind = 'checkIn' | 'statusTurned' | 'goalpostMoved' | 'milestone'

/** Something that happened on the time line of an objective; `says` is in words where it was said, `status` is what it turned to. */
export type TimelineEvent = {
  kind: EventKind
  day: string
  about: string | null
  says: string | null
  status: Schema['ProgressStatus'] | null
  change: Change | null
}

const CHECK_IN = /^cairn\.checkins\.v1\.CheckIn(Recorded|Corrected|Restored|Abstained)$/

/** What stands on the time line, the oldest first: check-ins that stand, statuses that turned, moved goalposts, milestones by their day. */
export function timelineOf(
  series: Series,
  history: readonly Change[],
  objective: Schema['Objective'],
  zone: string,
): TimelineEvent[] {
  const first = series.points[0]?.day ?? series.first_day
  const events = [...turns(series), ...history.flatMap((it) => eventOf(it, zone)), ...milestones(objective)]
  return events.filter((it) => it.day >= first).sort((a, b) => a.day.localeCompare(b.day))
}

function turns({ points }: Series): TimelineEvent[] {
  return points.flatMap((point, i) => {
    const before = points[i - 1]
    if (before === undefined || point.status === null || before.status === point.status) return []
    return [
      { kind: 'statusTurned' as const, day: point.day, about: null, says: null, status: point.status, change: null },
    ]
  })
}

function eventOf(change: Change, zone: string): TimelineEvent[] {
  const day = change.true_on ?? dayIn(zone, new Date(change.recorded_at))
  const about = change.key_result?.title ?? null
  if (change.goalpost_moved) return [{ kind: 'goalpostMoved', day, about, says: change.reason, status: null, change }]
  if (!CHECK_IN.test(change.event) || change.superseded) return []
  return [{ kind: 'checkIn', day, about, says: change.comment, status: null, change }]
}

function milestones(objective: Schema['Objective']): TimelineEvent[] {
  return objective.key_results.flatMap((keyResult) =>
    (keyResult.milestones ?? []).flatMap((it) =>
      it.due_day === null
        ? []
        : [
            {
              kind: 'milestone' as const,
              day: it.due_day,
              about: keyResult.title,
              says: it.title,
              status: null,
              change: null,
            },
          ],
    ),
  )
}

/** The progress of the last day that is told on or before this one: where a mark stands. */
export function progressOn({ points }: Series, day: string): number {
  return points.findLast((it) => it.day <= day)?.progress ?? 0
}
