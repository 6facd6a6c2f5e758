import { Badge, Button, Group, Text, Title } from '@mantine/core'
import { useState } from 'react'
import type { Schema } from '../../api'
import { useFormat } from '../../i18n'
import { Comments } from '../../conversation/Comments'
import { dayIn, useCalendar } from '../../time-travel'
import { ProblemNotice } from '../../ui'
import { useText } from '../text'
import { Mending } from './Mending'
import { useHistory } from './queries'
import { useMayMend } from './useMayMend'
import { useChangedText } from './words'

const CHECK_IN = /^cairn\.checkins\.v1\.CheckIn/
const MENDABLE = /^cairn\.checkins\.v1\.CheckIn(Recorded|Corrected|Restored)$/

/** What happened on an objective and its key results: what, who and when, what was before and is since; the newest first. */
export function History({ id, heading = 3 }: { id: string; heading?: 2 | 3 }) {
  const text = useText()
  const mayMend = useMayMend(id)
  const { changes, isSuccess, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useHistory(id)
  return (
    <section aria-label={text.history}>
      <Title order={heading} size="h5" mb="xs">
        {text.history}
      </Title>
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {isSuccess && changes.length === 0 && <Text className="mute">{text.nothing}</Text>}
      <ol className="history">
        {changes.map((it) => (
          <Entry key={it.event_id} change={it} mayMend={mayMend} heading={heading === 2 ? 3 : 4} />
        ))}
      </ol>
      {hasNextPage && (
        <Button mt="sm" size="xs" variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {text.loadMore}
        </Button>
      )}
    </section>
  )
}

type EntryProps = { change: Schema['Change']; mayMend: (keyResultId: string) => boolean; heading: 3 | 4 }

function Entry({ change, mayMend, heading }: EntryProps) {
  const text = useText()
  const format = useFormat()
  const [talking, setTalking] = useState(false)
  const [mending, setMending] = useState<Mendings | null>(null)
  const name = (person: Schema['PersonName'] | null) => person?.name ?? person?.handle ?? '?'
  const { zone } = useCalendar()
  const isOfThatDay = change.true_on === dayIn(zone, new Date(change.recorded_at))
  const day = isOfThatDay ? null : change.true_on
  const who = [
    text.by(name(change.actor), format.instant(change.recorded_at)),
    change.on_behalf_of && text.onBehalf(name(change.on_behalf_of)),
    day && text.trueOn(format.day(day)),
  ]
  const talkedAbout = CHECK_IN.test(change.event) && change.key_result !== null ? change.key_result.title : null
  const mendable = MENDABLE.test(change.event) && !change.superseded ? change.key_result : null
  const mended = mendable !== null && mayMend(mendable.id) ? mendable : null
  const what = text.changed[change.event.split('.').at(-1) ?? ''] ?? change.summary
  return (
    <li className={change.superseded ? 'superseded' : undefined}>
      <Text size="sm" fw={550}>
        {what}
        {change.key_result !== null && <span className="history-about">{change.key_result.title}</span>}
      </Text>
      {change.goalpost_moved && (
        <Badge size="sm" variant="outline" color="red" tt="none">
          {text.goalpostMoved}
        </Badge>
      )}
      {change.fields.map((it) => (
        <Changed key={it.field} change={it} />
      ))}
      {change.comment !== null && <Text size="sm">{change.comment}</Text>}
      {change.reason !== null && <Text size="sm">{change.reason}</Text>}
      <Text size="xs" className="mute">
        {who.filter(Boolean).join(' · ')}
        {change.superseded && ` · ${text.superseded}`}
      </Text>
      {mending === null && (
        <Group gap={4}>
          {talkedAbout !== null && (
            <Button
              size="compact-xs"
              variant="subtle"
              aria-expanded={talking}
              aria-label={`${text.talk}: ${talkedAbout}`}
              onClick={() => setTalking(!talking)}
            >
              {text.talk}
            </Button>
          )}
          {mended !== null && <MendingButtons title={mended.title} onChoose={setMending} />}
        </Group>
      )}
      {talking && change.check_in_id !== null && (
        <Comments
          on={{ kind: 'check_in', id: change.check_in_id }}
          whom={change.on_behalf_of ?? change.actor}
          heading={heading}
        />
      )}
      {mending !== null && <Mending change={change} how={mending} onDone={() => setMending(null)} />}
    </li>
  )
}

type Mendings = 'correct' | 'takeBack'

function MendingButtons({ title, onChoose }: { title: string; onChoose: (how: Mendings) => void }) {
  const text = useText()
  return (['correct', 'takeBack'] as const).map((it) => (
    <Button
      key={it}
      size="compact-xs"
      variant="subtle"
      aria-label={`${text[it]}: ${title}`}
      onClick={() => onChoose(it)}
    >
      {text[it]}
    </Button>
  ))
}

/** A field that says something else since: what it said, and what it says. */
function Changed({ change }: { change: Schema['FieldChange'] }) {
  const text = useText()
  const told = useChangedText()
  const said = { before: told(change.before), after: told(change.after) }
  return (
    <Text size="sm" component="div" className="changed">
      <span className="mute">{text.fields[change.field] ?? change.field}</span>
      {(said.before !== null || said.after !== null) && (
        <>
          {said.before !== null && <del aria-label={`${text.before}: ${said.before}`}>{said.before}</del>}
          {said.before !== null && <span aria-hidden>→</span>}
          <ins aria-label={`${text.after}: ${said.after ?? text.nothingThere}`}>{said.after ?? text.nothingThere}</ins>
        </>
      )}
    </Text>
  )
}
