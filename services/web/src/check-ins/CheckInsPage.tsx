import { Alert, Button, Kbd, Loader } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useGet } from '../api'
import { useSent } from '../check-in/useCheckIn'
import { useSession } from '../sign-in/session'
import { useMayChange } from '../time-travel'
import { EmptyState, Page, ProblemNotice, useUiText } from '../ui'
import { Card } from './Card'
import './check-ins.css'
import { inOrder, nextOf } from './order'
import { Queue } from './Queue'
import { Saved } from './Saved'
import { useText } from './text'

/** All that is mine and due, one after the other: a value, Enter, the next. */
export function CheckInsPage() {
  const text = useText()
  const ui = useUiText()
  const navigate = useNavigate({ from: '/check-ins' })
  const { at } = useSearch({ from: '/shell/check-ins' })
  const { session } = useSession()
  const mine = useGet('/v1/people/{person}/page', { path: { person: session?.person?.id ?? '' } })
  const mayChange = useMayChange()
  const sent = useSent()
  const all = inOrder(mine.data?.key_results ?? [])
  const isLeft = (it: (typeof all)[number]) => it.due_by !== null && sent.get(it.id) !== 'pending'
  const left = all.filter(isLeft)
  const current = at ?? left[0]?.id
  const go = (id: string | undefined) => void navigate({ search: { at: id }, replace: true })
  const step = (by: number) => {
    const place = all.findIndex((it) => it.id === current)
    const next = all[place + by]
    if (next) go(next.id)
  }
  useHotkeys(
    [
      ['alt+ArrowDown', () => step(1)],
      ['alt+ArrowUp', () => step(-1)],
    ],
    [],
  )
  const next = current === undefined ? undefined : nextOf(all, isLeft, current)
  const failed = all.filter((it) => sent.get(it.id) === 'error' && it.id !== current)

  return (
    <Page title={text.title} actions={mine.data && <span className="mute">{text.left(left.length)}</span>}>
      <ProblemNotice error={mine.error} onRetry={() => void mine.refetch()} />
      {failed.map((it) => (
        <Alert key={it.id} role="alert" color="red" variant="outline" p="xs">
          {text.notSaved(it.title)}{' '}
          <Button size="compact-xs" variant="default" onClick={() => go(it.id)}>
            {text.backToIt}
          </Button>
        </Alert>
      ))}
      {mine.data === undefined ? (
        mine.error === null && <Loader aria-label={ui.loading} mx="auto" my="xl" />
      ) : all.length === 0 && at === undefined ? (
        <EmptyState title={text.none}>
          {text.noneNext}{' '}
          <Link className="link" to="/objectives">
            {text.toObjectives}
          </Link>
        </EmptyState>
      ) : (
        <div className="check-ins">
          {mayChange && (
            <section className="check-ins-card" aria-label={text.now}>
              <Saved all={all} />
              {current === undefined ? (
                <EmptyState title={text.allDone}>
                  {text.allDoneNext}{' '}
                  <Link className="link" to="/objectives" search={{ mine: true }}>
                    {text.toObjectives}
                  </Link>
                </EmptyState>
              ) : (
                <Card
                  key={current}
                  id={current}
                  next={next?.id}
                  onSent={() => go(next?.id)}
                  onSkip={next && (() => go(next.id))}
                />
              )}
              <p className="check-ins-keys mute">
                <Kbd size="xs">Enter</Kbd> {text.keySave} · <Kbd size="xs">Alt ↓</Kbd> <Kbd size="xs">Alt ↑</Kbd>{' '}
                {text.keyGo}
              </p>
            </section>
          )}
          <Queue all={all} current={current} sent={sent} onGo={go} />
        </div>
      )}
    </Page>
  )
}
