import { ActionIcon, Group, Skeleton } from '@mantine/core'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import type { Schema } from '../api'
import { dayAfter, useDay } from '../cycles'
import { useFormat, useLanguage } from '../i18n'
import { Card, ProblemNotice } from '../ui'
import { durationOf } from './duration'
import { EffortEntry } from './EffortEntry'
import { mondayOf } from './groups'
import { useWeek } from './queries'
import { useText } from './text'

type WeekProps = {
  /** Left out: the present week. */
  monday: string | undefined
  onWeek: (monday: string | undefined) => void
  onOpen: (task: string) => void
  onRetracted: (entry: Schema['Effort']) => void
}

/** What one spent one's own time on in a week, day by day. Nobody else is shown it. */
export function Week({ monday: wanted, onWeek, onOpen, onRetracted }: WeekProps) {
  const text = useText()
  const format = useFormat()
  const duration = durationOf(useLanguage())
  const present = mondayOf(useDay())
  const monday = mondayOf(wanted ?? present)
  const { data, error, refetch } = useWeek(monday)
  const go = (by: number) => {
    const to = dayAfter(monday, by * 7)
    onWeek(to === present ? undefined : to)
  }
  const entries = data?.items ?? []
  return (
    <Card
      title={monday === present ? text.thisWeek : text.weekOf(format.shortDay(monday))}
      aside={
        <Group gap={4}>
          <ActionIcon variant="default" size={26} aria-label={text.weekBefore} onClick={() => go(-1)}>
            <ChevronLeft size={15} />
          </ActionIcon>
          <ActionIcon
            variant="default"
            size={26}
            aria-label={text.weekAfter}
            disabled={monday >= present}
            onClick={() => go(1)}
          >
            <ChevronRight size={15} />
          </ActionIcon>
        </Group>
      }
    >
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {data === undefined && error === null && <Skeleton h={120} />}
      {data !== undefined && (
        <>
          <Days monday={monday} entries={entries} />
          <p className="tasks-total">
            {entries.length === 0 ? (
              <span className="mute">{text.nothingLogged}</span>
            ) : (
              <>
                <b>{duration(entries.reduce((sum, it) => sum + it.minutes, 0))}</b>{' '}
                <span className="mute">{text.onlyYou}</span>
              </>
            )}
          </p>
          <ul className="lines">
            {entries.map((it) => (
              <EffortEntry key={it.id} entry={it} about="task" onOpen={onOpen} onRetracted={onRetracted} />
            ))}
          </ul>
        </>
      )}
    </Card>
  )
}

const WHOLE_DAY = 8 * 60

/** How much of each day, as small bars that are read as words. */
function Days({ monday, entries }: { monday: string; entries: readonly Schema['Effort'][] }) {
  const format = useFormat()
  const language = useLanguage()
  const duration = durationOf(language)
  const weekday = new Intl.DateTimeFormat(language, { weekday: 'narrow', timeZone: 'UTC' })
  const days = Array.from({ length: 7 }, (_, place) => {
    const day = dayAfter(monday, place)
    return { day, minutes: entries.filter((it) => it.day === day).reduce((sum, it) => sum + it.minutes, 0) }
  })
  const most = Math.max(WHOLE_DAY, ...days.map((it) => it.minutes))
  return (
    <ol className="week">
      {days.map(({ day, minutes }) => (
        <li key={day} title={`${format.day(day)}: ${duration(minutes)}`}>
          <span className="week-bar" aria-hidden>
            <i style={{ height: `${(minutes / most) * 100}%` }} />
          </span>
          <span aria-hidden>{weekday.format(new Date(`${day}T00:00:00Z`))}</span>
          <span className="visually-hidden">
            {format.day(day)}: {duration(minutes)}
          </span>
        </li>
      ))}
    </ol>
  )
}
