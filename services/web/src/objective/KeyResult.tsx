import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import type { Schema } from '../api'
import { CheckInForm } from '../check-in/CheckInForm'
import { aimText, valueText } from '../check-in/figures'
import { useText as useCheckInText } from '../check-in/text'
import { useCheckIn, useWithPending } from '../check-in/useCheckIn'
import { useFormat } from '../i18n'
import { Progress, Status } from '../ui'
import { useText } from './text'

/** A key result: its numbers, and where one checks in on it. */
export function KeyResult({ keyResult: known, checkable }: { keyResult: Schema['KeyResult']; checkable: boolean }) {
  const text = useText()
  const words = useCheckInText()
  const keyResult = useWithPending(known)
  const { error, forgetLast } = useCheckIn(known.id)
  const format = useFormat()
  const [checkingIn, setCheckingIn] = useState(false)
  const standing = [valueText(keyResult, format, words), aimText(keyResult, format, words)]
    .filter((it) => it !== null)
    .join(' · ')
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
      <div className="key-result-line">
        <Progress value={keyResult.progress} />
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
