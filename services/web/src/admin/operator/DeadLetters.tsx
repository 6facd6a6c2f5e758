import { Button, Skeleton } from '@mantine/core'
import { useFormat } from '../../i18n'
import { useIsOneOf, useIsOperator } from '../../sign-in/roles'
import { useMayChange } from '../../time-travel'
import { Card, ProblemNotice } from '../../ui'
import { useReplay, type ServiceName, type useDeadLetters } from './queries'
import type { Schema } from '../../api'
import { useText } from './text'

type Replay = ReturnType<typeof useReplay>

/** Messages that could not be consumed, each with why; handed to their consumers once more, by one or all together. */
export function DeadLetters({ asked }: { asked: ReturnType<typeof useDeadLetters> }) {
  const text = useText()
  const isOperator = useIsOperator()
  const mayReplay = useIsOneOf('admin', 'operator')
  const mayChange = useMayChange() && mayReplay
  const replay = useReplay()
  const { letters, error, refetch } = asked
  const some = letters !== undefined && letters.length > 0
  return (
    <Card
      title={text.deadLetters}
      wide
      aside={
        mayChange &&
        some && (
          <Button size="xs" variant="default" loading={replay.isPending} onClick={() => replay.mutate(null)}>
            {text.replayAll}
          </Button>
        )
      }
    >
      <p className="mute operator-about">
        {text.deadLettersAre} {isOperator ? text.ofEverybody : text.ofYours}
      </p>
      <ProblemNotice error={error ?? replay.error} onRetry={() => void refetch()} />
      {letters === undefined && error === null && <Skeleton h={80} />}
      {letters?.length === 0 && <p>{text.noLetters}</p>}
      <p role="status">{replay.isSuccess && text.replayed(replay.data.replayed, replay.data.remaining)}</p>
      {some && <Letters letters={letters} replay={mayChange ? replay : null} />}
      {asked.hasNextPage && (
        <Button
          size="xs"
          variant="default"
          mt="sm"
          loading={asked.isFetchingNextPage}
          onClick={() => void asked.fetchNextPage()}
        >
          {text.more}
        </Button>
      )}
    </Card>
  )
}

function Letters({ letters, replay }: { letters: readonly Schema['DeadLetter'][]; replay: Replay | null }) {
  const text = useText()
  return (
    <div className="operator-scrolls">
      <table className="data">
        <caption className="visually-hidden">{text.deadLetters}</caption>
        <thead>
          <tr>
            <th scope="col">{text.service}</th>
            <th scope="col">{text.event}</th>
            <th scope="col">{text.reason}</th>
            <th scope="col">{text.failedAt}</th>
            <th scope="col">{text.attempts}</th>
            {replay !== null && (
              <th scope="col">
                <span className="visually-hidden">{text.replayIt}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {letters.map((it) => (
            <Letter key={`${it.service} ${it.id}`} letter={it} replay={replay} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Letter({ letter, replay }: { letter: Schema['DeadLetter']; replay: Replay | null }) {
  const text = useText()
  const format = useFormat()
  const service: ServiceName = letter.service
  return (
    <tr>
      <th scope="row">{service}</th>
      <td>
        {letter.event || text.unreadable}
        <span className="operator-where mute">
          {letter.topic} {letter.partition}:{letter.offset}
        </span>
      </td>
      <td className="operator-why">
        <span lang="en">{letter.reason}</span>
        {letter.reason.startsWith('NOT_IN_LOG') && <span className="operator-where mute">{text.notInLog}</span>}
      </td>
      <td>{format.instant(letter.failed_at)}</td>
      <td>{format.number(letter.attempts)}</td>
      {replay !== null && (
        <td>
          <Button
            size="compact-xs"
            variant="default"
            disabled={replay.isPending}
            onClick={() => replay.mutate({ service, ids: [letter.id] })}
          >
            {text.replayIt}
          </Button>
        </td>
      )}
    </tr>
  )
}
