import { ActionIcon, CloseButton, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Maximize2 } from 'lucide-react'
import { useGet } from '../api'
import { Person, ProblemNotice, Progress, Status, useUiText } from '../ui'
import { Actions } from './actions/Actions'
import { Notices } from './Facts'
import { History } from './history/History'
import { KeyResults } from './KeyResults'
import './objective.css'
import { Reference } from './Reference'
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
        <Group gap={4} wrap="nowrap">
          {objective && <Actions objective={objective} />}
          <ActionIcon
            component={Link}
            to={`/objectives/${objective?.ref ?? id}`}
            variant="subtle"
            color="gray"
            aria-label={text.openPage}
          >
            <Maximize2 size={16} aria-hidden />
          </ActionIcon>
          <CloseButton aria-label={text.close} onClick={onClose} />
        </Group>
      </Group>
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {objective === undefined ? (
        error === null && <Skeleton h={180} mt="md" />
      ) : (
        <Stack gap="md" mt={4}>
          <Reference objective={objective} />
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
          <Notices objective={objective} />
          <section aria-label={text.keyResults}>
            <Title order={3} size="h5" mb="xs">
              {text.keyResults}
            </Title>
            <KeyResults objective={objective} />
          </section>
          <History id={id} />
        </Stack>
      )}
    </aside>
  )
}
