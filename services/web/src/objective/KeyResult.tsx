import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import type { Schema } from '../api'
import { CheckInForm } from '../check-in/CheckInForm'
import { aimText, valueText } from '../check-in/figures'
import { useText as useCheckInText } from '../check-in/text'
import { useCheckIn, useWithPending } from '../check-in/useCheckIn'
import { useFormat } from '../i18n'
import { Progress, Sparkline, Status } from '../ui'
import { measureText } from './measure'
import { useText } from './text'

type KeyResultProps = {
  keyResult: Schema['KeyResult']
  checkable: boolean
  /** What it came to, day by day. */
  trend?: Schema['KeyResultPoint'][]
}

/** A key result: its numbers, and where one checks in on it. */
export function KeyResult({ keyResult: known, checkable, trend = [] }: KeyResultProps) {
  const text = useText()
  const words = useCheckInText()
  const keyResult = useWithPending(known)
  const { error, forgetLast } = useCheckIn(known.id)
  const format = useFormat()
  const [checkingIn, setCheckingIn] = useState(false)
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
  const formShown = checkingIn || error !== null // what could not be saved comes back
  const turn = () => {
    if (formShown) forgetLast()
    setCheckingIn(!formShown)
  }
  return (
    <article className="key-result" aria-label={keyResult.title}>
      <Text fw={550} size="sm">
        {keyResult.title}
      </Text>
      <Text size="xs" className="mute">
        {about.filter((it) => it !== null && it !== '').join(' · ')}
      </Text>
      <div className="key-result-line">
        <Progress value={keyResult.progress} />
        {went.length > 1 && (
          <Sparkline values={went} label={text.trend(format.percent(went[0] ?? 0), format.percent(went.at(-1) ?? 0))} />
        )}
        <Status value={keyResult.status} />
      </div>
      <div className="key-result-line">
        <Text size="sm" className="mute">
          {standing}
        </Text>
        {checkable && takesCheckIns && (
          <Button
            size="compact-sm"
            variant="default"
            aria-expanded={formShown}
            aria-label={`${text.checkIn}: ${keyResult.title}`}
            onClick={turn}
          >
            {text.checkIn}
          </Button>
        )}
      </div>
      {formShown && <CheckInForm keyResult={known} onSent={() => setCheckingIn(false)} />}
    </article>
  )
}
