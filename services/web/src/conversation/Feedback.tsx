import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import { body, client, useCommand, type Schema } from '../api'
import { useSession } from '../sign-in/session'
import { ProblemNotice } from '../ui'
import { useMayTalk } from './conversation'
import { MentionInput } from './MentionInput'
import { useText } from './text'

type Asked = { request: Schema['CommentAsItStands'] }

/** How far a request for feedback is; whoever was asked gives it here, or declines, once. */
export function Feedback({ request }: Asked) {
  const text = useText()
  const { session } = useSession()
  const mayTalk = useMayTalk()
  const [doing, setDoing] = useState<'give' | 'decline' | null>(null)
  const isAsked = request.to.some((it) => it.id === session?.person?.id)
  if (request.feedback === 'declined')
    return (
      <Text size="sm" className="mute">
        {[text.declined, request.decline_reason].filter(Boolean).join(': ')}
      </Text>
    )
  if (request.feedback !== 'open') return null
  if (!isAsked || !mayTalk)
    return (
      <Text size="sm" className="mute">
        {text.stillOpen}
      </Text>
    )
  if (doing !== null) return <Answer request={request} how={doing} onDone={() => setDoing(null)} />
  return (
    <Group gap="xs" mt={4}>
      <Button size="compact-sm" onClick={() => setDoing('give')}>
        {text.give}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => setDoing('decline')}>
        {text.decline}
      </Button>
    </Group>
  )
}

function Answer({ request, how, onDone }: Asked & { how: 'give' | 'decline'; onDone: () => void }) {
  const text = useText()
  const [typed, setTyped] = useState('')
  const answer = useCommand(
    (said: Schema['Feedback'], header) =>
      body<unknown>(
        client.POST('/v1/comments/{comment}/feedback', {
          params: { path: { comment: request.id }, header },
          body: said,
        }),
      ),
    onDone,
  )
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    answer.mutate(how === 'give' ? { text: typed } : { declined: typed })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="xs" mt="xs">
        {how === 'give' ? (
          <MentionInput label={text.yourFeedback} value={typed} onChange={setTyped} focused />
        ) : (
          <TextInput
            label={text.declineWhy}
            data-autofocus
            maxLength={4000}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
        <ProblemNotice error={answer.error} />
        <Group gap="xs">
          <Button type="submit" size="xs" loading={answer.isPending} disabled={how === 'give' && typed.trim() === ''}>
            {how === 'give' ? text.give : text.decline}
          </Button>
          <Button size="xs" variant="subtle" onClick={onDone}>
            {text.abandon}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
