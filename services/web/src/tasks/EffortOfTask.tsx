import { Skeleton, Title } from '@mantine/core'
import type { Schema } from '../api'
import { useLanguage } from '../i18n'
import { useMayChange } from '../time-travel'
import { ProblemNotice } from '../ui'
import { durationOf } from './duration'
import { EffortEntry } from './EffortEntry'
import { LogEffort } from './LogEffort'
import { useEffortOf } from './queries'
import { useText } from './text'

type EffortOfTaskProps = { task: Schema['Task']; onRetracted: (entry: Schema['Effort']) => void }

/** The time that a task took: one's own, that of others where one is told, and how much it is in all. */
export function EffortOfTask({ task, onRetracted }: EffortOfTaskProps) {
  const text = useText()
  const duration = durationOf(useLanguage())
  const mayChange = useMayChange()
  const { data, error, refetch } = useEffortOf(task.id)
  return (
    <section aria-label={text.effort}>
      <Title order={3} size="h5" mb={4}>
        {text.effort}
      </Title>
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {data === undefined && error === null && <Skeleton h={60} />}
      {data !== undefined && (
        <p className="mute tasks-total">
          {data.minutes === null
            ? text.withheld
            : data.minutes === 0
              ? text.noEffort
              : text.inAll(duration(data.minutes))}
        </p>
      )}
      {mayChange && <LogEffort task={task} />}
      <ul className="lines">
        {data?.items.map((it) => (
          <EffortEntry key={it.id} entry={it} about="person" onRetracted={onRetracted} />
        ))}
      </ul>
    </section>
  )
}
