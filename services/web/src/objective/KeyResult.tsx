import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import type { Schema } from '../api'
import { useFormat } from '../i18n'
import { Progress, Status } from '../ui'
import { CheckInForm } from './CheckInForm'
import { useText } from './text'

/** A key result: its numbers, and where one checks in on it. */
export function KeyResult({ keyResult, checkable }: { keyResult: Schema['KeyResult']; checkable: boolean }) {
  const text = useText()
  const format = useFormat()
  const [checkingIn, setCheckingIn] = useState(false)
  const { value, target, unit, measure } = keyResult
  const takesValue = measure !== 'milestones' && measure !== 'sum' && !keyResult.cancelled
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
          {value !== null && target !== null && text.target(format.number(value), format.number(target))} {unit}
        </Text>
        {checkable && takesValue && (
          <Button
            size="compact-sm"
            variant="default"
            aria-expanded={checkingIn}
            aria-label={`${text.checkIn}: ${keyResult.title}`}
            onClick={() => setCheckingIn(!checkingIn)}
          >
            {text.checkIn}
          </Button>
        )}
      </div>
      {checkingIn && <CheckInForm keyResult={keyResult} onDone={() => setCheckingIn(false)} />}
    </article>
  )
}
