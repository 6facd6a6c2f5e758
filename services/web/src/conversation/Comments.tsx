import { Skeleton, Text, Title } from '@mantine/core'
import type { Schema } from '../api'
import { useSession } from '../sign-in/session'
import { ProblemNotice } from '../ui'
import { Comment } from './Comment'
import { Composer } from './Composer'
import { useComments, useMayTalk, type On } from './conversation'
import { useText } from './text'
import { threadsOf } from './threads'

type CommentsProps = {
  on: On
  /** Whose it is: whom one may want to thank or ask. */
  whom?: Schema['PersonName'] | null
  /** The comment that one was led to. */
  addressed?: string
  heading?: 2 | 3 | 4
}

/** What was said of something, by threads, and where one says something. */
export function Comments({ on, whom = null, addressed, heading = 2 }: CommentsProps) {
  const text = useText()
  const comments = useComments(on)
  const mayTalk = useMayTalk()
  const me = useSession().session?.person?.id
  const said = comments.data?.items ?? []
  const seen = said.some((it) => it.kind === 'acknowledgement' && !it.taken_back && it.author?.id === me)
  return (
    <section aria-label={text.titles[on.kind]}>
      <Title order={heading} size="h5" mb="xs">
        {text.titles[on.kind]}
      </Title>
      <ProblemNotice error={comments.error} onRetry={() => void comments.refetch()} />
      {comments.data === undefined ? (
        comments.error === null && <Skeleton h={60} />
      ) : (
        <>
          {said.length === 0 && (
            <Text size="sm" className="mute" mb="sm">
              {text.none}
            </Text>
          )}
          <ol className="comments">
            {threadsOf(said).map(({ first, replies }) => (
              <Comment key={first.id} comment={first} on={on} addressed={first.id === addressed}>
                {replies.length > 0 && (
                  <ol className="comments">
                    {replies.map((it) => (
                      <Comment key={it.id} comment={it} on={on} addressed={it.id === addressed} />
                    ))}
                  </ol>
                )}
              </Comment>
            ))}
          </ol>
          {mayTalk && <Composer on={on} whom={whom} seen={seen} />}
        </>
      )}
    </section>
  )
}
