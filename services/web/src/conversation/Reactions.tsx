import { Button, Menu } from '@mantine/core'
import { SmilePlus } from 'lucide-react'
import { body, client, useCommand, type Schema } from '../api'
import { useText } from './text'

type Reaction = Schema['Reaction']

const SIGNS: Record<Reaction, string> = {
  thumbs_up: '👍',
  thumbs_down: '👎',
  heart: '❤️',
  celebrate: '🎉',
  thanks: '🙏',
  laugh: '😄',
  surprised: '😮',
  sad: '😢',
  thinking: '🤔',
  eyes: '👀',
}

/** What people think of a comment, without words: each sign with how many; pressed again, one's own is taken away. */
export function Reactions({ comment }: { comment: Schema['CommentAsItStands'] }) {
  const text = useText()
  const react = useCommand(({ reaction, add }: { reaction: Reaction; add: boolean }, header) => {
    const params = { path: { comment: comment.id, reaction }, header }
    const path = '/v1/comments/{comment}/reactions/{reaction}' as const
    return body<unknown>(add ? client.PUT(path, { params }) : client.DELETE(path, { params }))
  })
  return (
    <>
      {comment.reactions.map(({ reaction, count, mine }) => (
        <Button
          key={reaction}
          size="compact-xs"
          variant={mine ? 'light' : 'default'}
          aria-pressed={mine}
          aria-label={`${text.reactions[reaction]}: ${count}`}
          onClick={() => react.mutate({ reaction, add: !mine })}
        >
          {SIGNS[reaction]} {count}
        </Button>
      ))}
      <Menu position="bottom-start">
        <Menu.Target>
          <Button size="compact-xs" variant="subtle" aria-label={text.react}>
            <SmilePlus size={14} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {(Object.keys(SIGNS) as Reaction[]).map((reaction) => (
            <Menu.Item
              key={reaction}
              leftSection={SIGNS[reaction]}
              onClick={() => react.mutate({ reaction, add: true })}
            >
              {text.reactions[reaction]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  )
}
