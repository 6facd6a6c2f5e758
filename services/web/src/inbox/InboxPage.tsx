import { Button, Group, Loader, Switch } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { EmptyState, Page, ProblemNotice, useUiText } from '../ui'
import { Item } from './Item'
import './inbox.css'
import { useInbox, useMarkRead } from './queries'
import { useText } from './text'

const PAGE = 50
const MOST = 1000

/** What one was told, the newest first. */
export function InboxPage() {
  const text = useText()
  const ui = useUiText()
  const { unread = false } = useSearch({ from: '/shell/inbox' })
  const navigate = useNavigate({ from: '/inbox' })
  const [shown, setShown] = useState(PAGE)
  const { data, error, refetch } = useInbox(shown, unread)
  const markRead = useMarkRead()
  return (
    <Page
      title={text.title}
      actions={
        <Group gap="sm">
          {data && <span className="mute">{text.unread(data.unread)}</span>}
          <Switch
            size="sm"
            label={text.unreadOnly}
            checked={unread}
            onChange={(event) =>
              void navigate({ search: { unread: event.currentTarget.checked || undefined }, replace: true })
            }
          />
          {data !== undefined && data.unread > 0 && (
            <Button size="xs" variant="default" loading={markRead.isPending} onClick={() => markRead.mutate([])}>
              {text.markAll}
            </Button>
          )}
        </Group>
      }
    >
      <ProblemNotice error={error ?? markRead.error} onRetry={() => void refetch()} />
      {data === undefined ? (
        error === null && <Loader aria-label={ui.loading} mx="auto" my="xl" />
      ) : data.items.length === 0 ? (
        <EmptyState title={unread ? text.allRead : text.empty}>{text.emptyNext}</EmptyState>
      ) : (
        <div className="inbox">
          <ol>
            {data.items.map((it) => (
              <Item key={it.id} item={it} onRead={() => markRead.mutate([it.id])} />
            ))}
          </ol>
          {data.next !== null && shown < MOST && (
            <Button
              size="xs"
              variant="default"
              my="md"
              onClick={() => setShown((before) => Math.min(MOST, before + PAGE))}
            >
              {text.more}
            </Button>
          )}
        </div>
      )}
    </Page>
  )
}
