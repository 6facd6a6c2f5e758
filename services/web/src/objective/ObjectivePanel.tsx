import { CloseButton, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useGet } from '../api'
import { Person, ProblemNotice, Progress, Status, useUiText } from '../ui'
import { History } from './History'
import { KeyResult } from './KeyResult'
import './objective.css'
import { useText } from './text'

/** An objective beside the tree: its numbers, its key results with their check-ins, and what happened. */
export function ObjectivePanel({ id, onClose }: { id: string; onClose: () => void }) {
  const text = useText()
  const ui = useUiText()
  const { data: objective, error, refetch } = useGet('/v1/objectives/{ref}', { path: { ref: id } })
  return (
    <aside className="panel" aria-label={objective?.title ?? ui.loading}>
      <Group justify="space-between" wrap="nowrap" align="start">
        <Title order={2} size="h4">
          {objective?.title}
        </Title>
        <CloseButton aria-label={text.close} onClick={onClose} />
      </Group>
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {objective === undefined ? (
        error === null && <Skeleton h={180} mt="md" />
      ) : (
        <Stack gap="md" mt="xs">
          <Group gap="lg">
            <Status value={objective.status} />
            <Person person={objective.owner} />
            <Text size="sm" className="mute">
              {objective.cycle.name}
            </Text>
          </Group>
          <Progress value={objective.progress} />
          {objective.why !== '' && (
            <Text size="sm" aria-label={text.why}>
              {objective.why}
            </Text>
          )}
          <section aria-label={text.keyResults}>
            <Title order={3} size="h5" mb="xs">
              {text.keyResults}
            </Title>
            {objective.key_results.length === 0 && <Text className="mute">{text.none}</Text>}
            {objective.key_results.map((it) => (
              <KeyResult key={it.id} keyResult={it} checkable={objective.state === 'active'} />
            ))}
          </section>
          <History id={id} />
        </Stack>
      )}
    </aside>
  )
}
