import { Button, Group, Text } from '@mantine/core'
import { Pencil } from 'lucide-react'
import { useRef, useState } from 'react'
import type { Schema } from '../api'
import { CheckInForm } from '../check-in/CheckInForm'
import { useIsDrafted } from '../check-in/drafts'
import { aimText, valueText } from '../check-in/figures'
import { QuickCheckIn } from '../check-in/QuickCheckIn'
import { useText as useCheckInText } from '../check-in/text'
import { useCheckIn, useWithPending } from '../check-in/useCheckIn'
import { Comments } from '../conversation/Comments'
import { useFormat } from '../i18n'
import { Progress, Sparkline, Status } from '../ui'
import { Goalposts } from './Goalposts'
import { KeyResultMenu } from './KeyResultMenu'
import { measureText } from './measure'
import { TalkAboutKeyResult } from './TalkAboutKeyResult'
import { useText } from './text'

type KeyResultProps = {
  keyResult: Schema['KeyResult']
  checkable: boolean
  /** Whether it may be moved to another objective. */
  movable: boolean
  /** What stands in the way, as its newest check-in says. */
  blockers?: readonly string[]
  /** Whether its objective is a draft: nothing of it is a moved goalpost then. */
  drafted: boolean
  /** What it came to, day by day. */
  trend?: Schema['KeyResultPoint'][]
}

/** The form of a check-in: the whole one below, or the quick one in the line of the value. */
type Form = { whole: boolean; shown: boolean }

/** A key result: its numbers, and where one checks in on it. */
export function KeyResult({
  keyResult: known,
  checkable,
  movable,
  drafted,
  blockers = [],
  trend = [],
}: KeyResultProps) {
  const text = useText()
  const words = useCheckInText()
  const keyResult = useWithPending(known)
  const { error, forgetLast } = useCheckIn(known.id)
  const format = useFormat()
  const [form, setForm] = useState<Form>({ whole: true, shown: false })
  const [talking, setTalking] = useState(false)
  const typed = useIsDrafted(known.id)
  const standing = [valueText(keyResult, format, words), aimText(keyResult, format, words)]
    .filter((it) => it !== null)
    .join(' · ')
  const about = [
    measureText(known, format, text),
    known.owners.map((it) => it.person.name ?? it.person.handle).join(', '),
    known.due_day && text.due(format.day(known.due_day)),
    known.confidence === null ? null : `${text.facts.confidence} ${text.outOfTen(format.number(known.confidence))}`,
    known.status_said ? text.saidByHand : null,
    known.stale ? text.stale : null,
    known.shared ? text.shared : null,
    known.cancelled ? text.cancelled : null,
    (known.feeds ?? []).length > 0 ? `${text.feeds} ${(known.feeds ?? []).map((it) => it.title).join(', ')}` : null,
  ]
  const went = trend.flatMap((it) => (it.progress === null ? [] : [it.progress]))
  const takesCheckIns = keyResult.measure !== 'sum' && !keyResult.cancelled
  const shown = form.shown || error !== null // what could not be saved comes back, in the form that it was sent from
  const [quick, full] = [shown && !form.whole, shown && form.whole]
  const checkingIn = checkable && takesCheckIns
  const value = useRef<HTMLButtonElement>(null)
  const sent = () => {
    setForm({ ...form, shown: false })
    // Only where nothing else has taken the focus by then.
    if (quick) requestAnimationFrame(() => document.activeElement === document.body && value.current?.focus())
  }
  const checkInBelow = () => setForm({ whole: true, shown: true })
  const leave = () => {
    forgetLast()
    sent()
  }
  return (
    <article className="key-result" aria-label={keyResult.title}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text fw={550} size="sm">
          {keyResult.title}
        </Text>
        {movable && <KeyResultMenu keyResult={known} onCheckIn={checkingIn ? checkInBelow : null} />}
      </Group>
      <Text size="xs" className="mute">
        {about.filter((it) => it !== null && it !== '').join(' · ')}
      </Text>
      {blockers.length > 0 && (
        <Text size="xs" className="key-result-blockers">
          <strong>{text.blockers}</strong> {blockers.join(' · ')}
        </Text>
      )}
      {!drafted && <Goalposts keyResultId={known.id} />}
      <div className="key-result-line">
        <Progress value={keyResult.progress} />
        {went.length > 1 && (
          <Sparkline values={went} label={text.trend(format.percent(went[0] ?? 0), format.percent(went.at(-1) ?? 0))} />
        )}
        <Status value={keyResult.status} />
      </div>
      <div className="key-result-line key-result-standing">
        {quick ? (
          <QuickCheckIn keyResult={known} onSent={sent} onLeave={leave} />
        ) : checkingIn ? (
          <button
            type="button"
            ref={value}
            className="key-result-value"
            title={text.checkInHere}
            aria-label={`${text.checkInHere}: ${keyResult.title}, ${standing}`}
            onClick={() => setForm({ whole: false, shown: true })}
          >
            {standing || words.noLast}
            <Pencil size={12} aria-hidden />
          </button>
        ) : (
          <Text size="sm" className="mute">
            {standing}
          </Text>
        )}
        <div className="key-result-acts">
          {checkingIn && !quick && (
            <Button
              size="compact-sm"
              variant="default"
              aria-expanded={full}
              aria-label={`${text.checkIn}: ${keyResult.title}`}
              onClick={() => (full ? leave() : checkInBelow())}
            >
              {text.checkIn}
            </Button>
          )}
          <TalkAboutKeyResult keyResult={known} talking={talking} onTalk={setTalking} />
        </div>
      </div>
      {typed && !shown && (
        <Text size="xs" className="mute">
          {text.typed}
        </Text>
      )}
      {full && <CheckInForm keyResult={known} onSent={sent} />}
      {talking && <Comments on={{ kind: 'key_result', id: known.id }} whom={known.owners[0]?.person} heading={3} />}
    </article>
  )
}
