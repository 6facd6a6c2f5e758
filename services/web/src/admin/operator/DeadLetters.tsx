import { Button, Skeleton } from '@mantine/core'
import { useFormat } from '../../i18n'
import { useIsOneOf } from '../../sign-in/roles'
import { useMayChange } from '../../time-travel'
import { Card, ProblemNotice } from '../../ui'
import { useReplay, type useDeadLetters } from './queries'
import { useText } from './text'

/** Messages that could not be consumed, each with why; handed to their consumers once more, by one or all together. */
export function DeadLetters({ asked }: { asked: ReturnType<typeof useDeadLetters> }) {
  const text = useText()
  const format = useFormat()
  const mayReplay = useIsOneOf('admin', 'operator')
  const mayChange = useMayChange() && mayReplay
  const replay = useReplay()
  const { data, error, refetch } = asked
  const letters = data?.items ?? []
  return (
    <Card
      title={text.deadLetters}
      wide
      aside={
        mayChange &&
        letters.length > 0 && (
          <Button size="xs" variant="default" loading={replay.isPending} onClick={() => replay.mutate(null)}>
            {text.replayAll}
          </Button>
        )
      }
    >
      <p className="mute operator-about">{text.deadLettersAre}</p>
      <ProblemNotice error={error ?? replay.error} onRetry={() => void refetch()} />
      {data === undefined && error === null && <Skeleton h={80} />}
      {data !== undefined && letters.length === 0 && <p>{text.noLetters}</p>}
      <p role="status">
        {replay.isSuccess && text.replayed(format.number(replay.data.replayed), format.number(replay.data.remaining))}
      </p>
      {letters.length > 0 && (
        <table className="data">
          <caption className="visually-hidden">{text.deadLetters}</caption>
          <thead>
            <tr>
              <th scope="col">{text.service}</th>
              <th scope="col">{text.event}</th>
              <th scope="col">{text.reason}</th>
              <th scope="col">{text.failedAt}</th>
              <th scope="col">{text.attempts}</th>
              <th scope="col">
                <span className="visually-hidden">{text.replayIt}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {letters.map((it) => (
              <tr key={`${it.service} ${it.id}`}>
                <th scope="row">{it.service}</th>
                <td>
                  {it.event}
                  <span className="operator-where mute">
                    {it.topic} {it.partition}:{it.offset}
                  </span>
                </td>
                <td>{it.reason}</td>
                <td>{format.instant(it.failed_at)}</td>
                <td>{format.number(it.attempts)}</td>
                <td>
                  {mayChange && (
                    <Button
                      size="compact-xs"
                      variant="default"
                      disabled={replay.isPending}
                      onClick={() => replay.mutate({ service: it.service, ids: [it.id] })}
                    >
                      {text.replayIt}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  )
}
