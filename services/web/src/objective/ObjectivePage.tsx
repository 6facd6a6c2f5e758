import { Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useParams, useSearch } from '@tanstack/react-router'
import { useGet } from '../api'
import { Comments } from '../conversation/Comments'
import { Page, ProblemNotice, Progress, Status, useUiText } from '../ui'
import { Actions } from './actions/Actions'
import { ProgressChart } from './chart/ProgressChart'
import { Children, Facts, Notices } from './Facts'
import { History } from './history/History'
import { KeyResults } from './KeyResults'
import './objective.css'
import { Reference } from './Reference'
import { useText } from './text'

/** One objective, whole: what it is, how far it is and was, what was said of it, and what happened. */
export function ObjectivePage() {
  const text = useText()
  const ui = useUiText()
  const { reference } = useParams({ from: '/shell/objectives/$reference' })
  const { comment } = useSearch({ from: '/shell/objectives/$reference' })
  const { data: objective, error, refetch } = useGet('/v1/objectives/{ref}', { path: { ref: reference } })
  return (
    <Page
      title={objective?.title ?? (error === null ? ui.loading : reference)}
      actions={objective && <Actions objective={objective} />}
    >
      <div className="objective-page">
        <ProblemNotice error={error} onRetry={() => void refetch()} />
        {objective === undefined ? (
          error === null && <Skeleton h={320} />
        ) : (
          <>
            <Stack gap="xl" className="objective-main">
              <Stack gap="xs">
                <Group gap="lg">
                  <Reference objective={objective} />
                  <Status value={objective.status} />
                </Group>
                <Progress value={objective.progress} />
                {objective.why !== '' && <Text className="written">{objective.why}</Text>}
                <Notices objective={objective} />
              </Stack>
              <section aria-label={text.keyResults}>
                <Title order={2} size="h5" mb="xs">
                  {text.keyResults}
                </Title>
                <KeyResults objective={objective} />
              </section>
              <ProgressChart objective={objective} />
              {comment !== undefined && <Elsewhere comment={comment} />}
              <Comments on={{ kind: 'objective', id: objective.id }} whom={objective.owner} addressed={comment} />
            </Stack>
            <Stack gap="xl" className="objective-aside">
              <Facts objective={objective} />
              <Children objective={objective} />
              <History id={objective.id} heading={2} />
            </Stack>
          </>
        )}
      </div>
    </Page>
  )
}

/** The conversation that a comment is of, where it is not the objective's own: on one of its key results, or on a check-in. */
function Elsewhere({ comment }: { comment: string }) {
  const { data } = useGet('/v1/comments/{comment}', { path: { comment } })
  if (data === undefined || data.on.kind === 'objective') return null
  return <Comments on={data.on} whom={data.author} addressed={comment} />
}
