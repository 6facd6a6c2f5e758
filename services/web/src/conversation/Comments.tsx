import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import { body, client, useCommand, useGet, type Schema } from '../api'
import { ProblemNotice } from '../ui'
import { Comment } from './Comment'
import { MentionInput } from './MentionInput'
import { useText } from './text'
import { threadsOf } from './threads'

/** What was said of an objective, by threads, and where one says something. */
export function Comments({ objective }: { objective: string }) {
  const text = useText()
  const comments = useGet('/v1/objectives/{ref}/comments', { path: { ref: objective }, query: { limit: 200 } })
  return (
    <section aria-label={text.title}>
      <Title order={2} size="h5" mb="xs">
        {text.title}
      </Title>
      <ProblemNotice error={comments.error} onRetry={() => void comments.refetch()} />
      {comments.data === undefined ? (
        comments.error === null && <Skeleton h={60} />
      ) : (
        <>
          {comments.data.items.length === 0 && (
            <Text size="sm" className="mute" mb="sm">
              {text.none}
            </Text>
          )}
          <ol className="comments">
            {threadsOf(comments.data.items).map(({ first, replies }) => (
              <Comment key={first.id} comment={first} objective={objective}>
                {replies.length > 0 && (
                  <ol className="comments">
                    {replies.map((it) => (
                      <Comment key={it.id} comment={it} objective={objective} />
                    ))}
                  </ol>
                )}
              </Comment>
            ))}
          </ol>
        </>
      )}
      <Composer objective={objective} label={text.write} />
    </section>
  )
}

/** Says something new, or answers; where that fails it says why, and what was typed stays. */
export function Composer(props: { objective: string; label: string; replyTo?: string; onDone?: () => void }) {
  const { objective, label, replyTo, onDone } = props
  const text = useText()
  const [typed, setTyped] = useState('')
  const say = useCommand(
    (said: Schema['NewComment'], header) =>
      body(client.POST('/v1/objectives/{ref}/comments', { params: { path: { ref: objective }, header }, body: said })),
    () => {
      setTyped('')
      onDone?.()
    },
  )
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    say.mutate({ kind: 'comment', text: typed, ...(replyTo === undefined ? {} : { reply_to: replyTo }) })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <MentionInput label={label} value={typed} onChange={setTyped} focused={replyTo !== undefined} />
        <ProblemNotice error={say.error} />
        <Group gap="xs">
          <Button type="submit" size="xs" loading={say.isPending} disabled={typed.trim() === ''}>
            {text.say}
          </Button>
          {onDone !== undefined && (
            <Button size="xs" variant="subtle" onClick={onDone}>
              {text.abandon}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  )
}
