import { Button, Group, NumberInput, Stack, Textarea } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import { body, client, useCommand, type Schema } from '../api'
import { ProblemNotice } from '../ui'
import { useText } from './text'

/** Says a new value of a key result. Where that fails it says why, and what was typed stays. */
export function CheckInForm({ keyResult, onDone }: { keyResult: Schema['KeyResult']; onDone: () => void }) {
  const text = useText()
  const [typed, setTyped] = useState<{ value: string | number; confidence: string | number; comment: string }>({
    value: '',
    confidence: keyResult.confidence ?? '',
    comment: '',
  })
  const checkIn = useCommand(
    (said: Schema['ValueCheckIn'], header) =>
      body(
        client.POST('/v1/key-results/{ref}/check-ins', { params: { path: { ref: keyResult.id }, header }, body: said }),
      ),
    onDone,
  )
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    checkIn.mutate({
      value: Number(typed.value),
      comment: typed.comment,
      ...(typed.confidence === '' ? {} : { confidence: Number(typed.confidence) }),
    })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="xs" mt="xs">
        <Group grow>
          <NumberInput
            label={text.value}
            required
            data-autofocus
            value={typed.value}
            suffix={keyResult.unit ? ` ${keyResult.unit}` : ''}
            onChange={(value) => setTyped({ ...typed, value })}
          />
          <NumberInput
            label={text.confidence}
            min={0}
            max={10}
            allowDecimal={false}
            value={typed.confidence}
            onChange={(confidence) => setTyped({ ...typed, confidence })}
          />
        </Group>
        <Textarea
          label={text.comment}
          autosize
          minRows={2}
          value={typed.comment}
          onChange={(event) => setTyped({ ...typed, comment: event.target.value })}
        />
        <ProblemNotice error={checkIn.error} />
        <Group>
          <Button type="submit" size="sm" loading={checkIn.isPending}>
            {text.save}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
