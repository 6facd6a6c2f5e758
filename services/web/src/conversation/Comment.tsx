import { Button, Group, Stack, Text } from '@mantine/core'
import { useEffect, useRef, useState, type ReactNode, type SyntheticEvent } from 'react'
import { body, client, useCommand, type Schema } from '../api'
import { useFormat } from '../i18n'
import { useSession } from '../sign-in/session'
import { Person, ProblemNotice } from '../ui'
import { Reply } from './Composer'
import { useMayTalk, type On } from './conversation'
import { Feedback } from './Feedback'
import { MentionInput } from './MentionInput'
import { Reactions } from './Reactions'
import { useText } from './text'

type CommentProps = {
  comment: Schema['CommentAsItStands']
  on: On
  /** That one was led to it: it has the focus, and is marked. */
  addressed: boolean
  children?: ReactNode
}

/** What somebody said, what others think of it, and what follows; its author edits it, or takes it back. */
export function Comment({ comment, on, addressed, children }: CommentProps) {
  const text = useText()
  const format = useFormat()
  const { session } = useSession()
  const mayTalk = useMayTalk()
  const place = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (addressed) place.current?.focus()
  }, [addressed])
  const [doing, setDoing] = useState<'reply' | 'edit' | 'takeBack' | null>(null)
  const own = comment.author !== null && comment.author.id === session?.person?.id && !comment.taken_back
  const name = comment.author?.name ?? comment.author?.handle ?? '?'
  const to = comment.to.map((it) => it.name ?? it.handle).join(', ')
  const done = () => setDoing(null)
  return (
    <li ref={place} tabIndex={addressed ? -1 : undefined} className={addressed ? 'comment-addressed' : undefined}>
      <Group gap="xs">
        <Person person={comment.author} />
        <Text size="xs" className="mute">
          {[
            text.kinds[comment.kind],
            to && text.to(to),
            format.instant(comment.created_at),
            comment.edited && text.edited,
          ]
            .filter((it) => it !== '' && it !== false)
            .join(' · ')}
        </Text>
      </Group>
      {doing === 'edit' ? (
        <Editing comment={comment} onDone={done} />
      ) : (
        <Text size="sm" className={comment.taken_back ? 'mute' : 'written'} mt={4}>
          {comment.taken_back ? [text.takenBack, comment.reason].filter(Boolean).join(': ') : comment.text}
        </Text>
      )}
      {comment.kind === 'feedback_request' && !comment.taken_back && <Feedback request={comment} />}
      {!comment.taken_back && mayTalk && (
        <Group gap={4} mt={4}>
          <Reactions comment={comment} />
          <Button size="compact-xs" variant="subtle" aria-label={text.replyTo(name)} onClick={() => setDoing('reply')}>
            {text.reply}
          </Button>
          {own && (
            <>
              <Button size="compact-xs" variant="subtle" onClick={() => setDoing('edit')}>
                {text.edit}
              </Button>
              <Button size="compact-xs" variant="subtle" onClick={() => setDoing('takeBack')}>
                {text.takeBack}
              </Button>
            </>
          )}
        </Group>
      )}
      {doing === 'takeBack' && <TakingBack comment={comment} onDone={done} />}
      {children}
      {doing === 'reply' && <Reply on={on} to={comment.id} label={text.replyTo(name)} onDone={done} />}
    </li>
  )
}

type Doing = { comment: Schema['CommentAsItStands']; onDone: () => void }

function Editing({ comment, onDone }: Doing) {
  const text = useText()
  const [typed, setTyped] = useState(comment.text ?? '')
  const edit = useCommand(
    (said: Schema['CommentEdit'], header) =>
      body(client.PATCH('/v1/comments/{comment}', { params: { path: { comment: comment.id }, header }, body: said })),
    onDone,
  )
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    edit.mutate({ text: typed })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="xs" mt="xs">
        <MentionInput label={text.edit} value={typed} onChange={setTyped} focused />
        <ProblemNotice error={edit.error} />
        <Group gap="xs">
          <Button type="submit" size="xs" loading={edit.isPending} disabled={typed.trim() === ''}>
            {text.save}
          </Button>
          <Button size="xs" variant="subtle" onClick={onDone}>
            {text.abandon}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function TakingBack({ comment, onDone }: Doing) {
  const text = useText()
  const takeBack = useCommand(
    (said: Schema['CommentRetraction'], header) =>
      body(
        client.POST('/v1/comments/{comment}/retraction', {
          params: { path: { comment: comment.id }, header },
          body: said,
        }),
      ),
    onDone,
  )
  return (
    <Stack gap="xs" mt="xs">
      <Text size="sm">{text.takeBackAsk}</Text>
      <ProblemNotice error={takeBack.error} />
      <Group gap="xs">
        <Button size="xs" color="red" loading={takeBack.isPending} onClick={() => takeBack.mutate({})}>
          {text.takeBack}
        </Button>
        <Button size="xs" variant="subtle" onClick={onDone}>
          {text.abandon}
        </Button>
      </Group>
    </Stack>
  )
}
