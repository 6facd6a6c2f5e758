import { Group, Skeleton } from '@mantine/core'
import type { Schema } from '../api'
import { ToClosing } from '../cycle-closing'
import { useFormat } from '../i18n'
import { Card, ObjectiveLine, ProblemNotice } from '../ui'
import { useClosingSoon } from './queries'
import { useText } from './text'

/** What is due within four weeks, the nearest first. */
export function ClosingSoon({ cycle, day }: { cycle: Schema['Cycle']; day: string }) {
  const text = useText()
  const format = useFormat()
  const { data, error, refetch } = useClosingSoon(cycle, day)
  return (
    <Card
      title={text.closingSoon}
      aside={
        <Group gap="md">
          <ToClosing cycle={cycle} />
          {data && <span className="mute">{text.ofAll(data.total?.count ?? data.items.length)}</span>}
        </Group>
      }
    >
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {data === undefined && error === null && <Skeleton h={160} />}
      {data?.items.length === 0 && <p className="mute">{text.nothingCloses}</p>}
      <ul className="lines">
        {data?.items.map((it) => (
          <ObjectiveLine
            key={it.id}
            objective={it}
            cycle={cycle.id}
            about={format.day(it.due_day ?? cycle.last_day ?? day)}
          />
        ))}
      </ul>
    </Card>
  )
}
