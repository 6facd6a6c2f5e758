import { Button, Stack, Text, Textarea } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import type { Schema } from '../../api'
import { Card, FormEnd, ProblemNotice } from '../../ui'
import { useText as useAdminText } from '../text'
import { useStep, type Step } from './queries'
import { useText } from './text'

const NEXT: Record<Schema['CycleState'], Step> = {
  planning: 'start',
  active: 'review',
  review: 'close',
  closed: 'reopen',
}
const ASKS_FIRST = new Set<Step>(['close', 'reopen'])

/** The next step of a cycle’s life, with what it means. What ends something is asked about first. */
export function Steps({ cycle }: { cycle: Schema['Cycle'] }) {
  const text = useText()
  const admin = useAdminText()
  const step = NEXT[cycle.state]
  const [asking, setAsking] = useState(false)
  const [reason, setReason] = useState('')
  const take = useStep(cycle, () => setAsking(false))
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    take.mutate({ step, reason })
  }
  const words = text.steps[step]
  return (
    <Card title={text.nextStep}>
      <Stack gap="sm">
        <Text size="sm">{words.about}</Text>
        {asking ? (
          <form onSubmit={submit} aria-label={words.name}>
            <Stack gap="sm">
              {step === 'reopen' && (
                <Textarea
                  label={text.reason}
                  required
                  maxLength={1000}
                  // eslint-disable-next-line jsx-a11y/no-autofocus
                  autoFocus
                  value={reason}
                  onChange={(event) => setReason(event.target.value)}
                />
              )}
              <ProblemNotice error={take.error} />
              <FormEnd
                size="xs"
                submit={step === 'close' ? text.closeReally : words.name}
                pending={take.isPending}
                leave={admin.notNow}
                onLeave={() => setAsking(false)}
              />
            </Stack>
          </form>
        ) : (
          <>
            <ProblemNotice error={take.error} />
            <div>
              <Button
                size="xs"
                variant="default"
                loading={take.isPending}
                onClick={() => (ASKS_FIRST.has(step) ? setAsking(true) : take.mutate({ step, reason }))}
              >
                {words.name}
              </Button>
            </div>
          </>
        )}
      </Stack>
    </Card>
  )
}
