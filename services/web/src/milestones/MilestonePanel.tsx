import { CloseButton, Group, Stack, Text, Title } from '@mantine/core'
import { useFormat } from '../i18n'
import { useMayChange } from '../time-travel'
import { Person } from '../ui'
import { Acts } from './Acts'
import { Phase } from './Phase'
import { useMayKeep, type Milestone } from './queries'
import { useText } from './text'

/** One milestone: when it was planned and is, and what may be done with it. */
export function MilestonePanel({ milestone, onClose }: { milestone: Milestone; onClose: () => void }) {
  const text = useText()
  const format = useFormat()
  const mayKeep = useMayKeep(milestone)
  const mayChange = useMayChange()
  const { day, first_day, reached_on } = milestone
  const days: [string, string | null][] = [
    [text.day, day],
    [text.plannedFirst, first_day === day ? null : first_day],
    [text.reachedOn, reached_on],
  ]
  return (
    <aside className="panel" aria-label={milestone.title}>
      <Group justify="space-between" wrap="nowrap" align="start">
        <Title order={2} size="h4">
          {milestone.title}
        </Title>
        <CloseButton aria-label={text.close} onClick={onClose} />
      </Group>
      <Stack gap="md" mt="xs">
        <Group gap="lg">
          <Phase milestone={milestone} />
          <Text size="sm" className="mute">
            {milestone.team?.name ?? text.company}
          </Text>
          {milestone.reference !== null && (
            <Text size="sm" className="mute">
              {milestone.reference}
            </Text>
          )}
        </Group>
        <dl className="milestone-days">
          {days.map(
            ([name, said]) =>
              said !== null && (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{format.day(said)}</dd>
                </div>
              ),
          )}
          <div>
            <dt>{text.plannedBy}</dt>
            <dd>
              <Person person={milestone.created_by} />
            </dd>
          </div>
        </dl>
        {mayChange && (mayKeep ? <Acts milestone={milestone} /> : <Text size="sm">{text.whoKeeps}</Text>)}
      </Stack>
    </aside>
  )
}
