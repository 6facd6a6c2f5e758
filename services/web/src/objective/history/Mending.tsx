import { Button, Group, NumberInput, Stack, TextInput } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import { body, client, useCommand, type Schema } from '../../api'
import { ProblemNotice } from '../../ui'
import { useText } from '../text'

type Mending = { change: Schema['Change']; how: 'correct' | 'takeBack'; onDone: () => void }

/** A check-in is corrected, or taken back, with a reason; what stood before stays in the history. */
export function Mending({ change, how, onDone }: Mending) {
  const text = useText()
  const milestones = change.value === null
  const done = change.fields.find((it) => it.field === 'milestones_done')?.after?.items ?? []
  const [typed, setTyped] = useState<{ value: string | number; done: string; reason: string }>({
    value: change.value ?? '',
    done: done.join(', '),
    reason: '',
  })
  const path = { ref: change.key_result?.id ?? '', check_in: change.check_in_id ?? '' }
  const correct = useCommand(
    (said: Schema['Correction'], header) =>
      body(
        client.POST('/v1/key-results/{ref}/check-ins/{check_in}/correction', { params: { path, header }, body: said }),
      ),
    onDone,
  )
  const takeBack = useCommand(
    (said: Schema['Retraction'], header) =>
      body(
        client.POST('/v1/key-results/{ref}/check-ins/{check_in}/retraction', { params: { path, header }, body: said }),
      ),
    onDone,
  )
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    const kept = { comment: change.comment ?? '', reason: typed.reason }
    if (how === 'takeBack') takeBack.mutate({ reason: typed.reason })
    else if (milestones)
      correct.mutate({
        ...kept,
        milestones_done: typed.done
          .split(/[\s,;]+/)
          .filter((it) => it !== '')
          .map(Number),
      })
    else correct.mutate({ ...kept, value: Number(typed.value) })
  }
  return (
    <form onSubmit={submit} aria-label={how === 'correct' ? text.correct : text.takeBack}>
      <Stack gap="xs" mt="xs">
        {how === 'correct' && milestones && (
          <TextInput
            label={text.doneNumbers}
            data-autofocus
            value={typed.done}
            onChange={(event) => setTyped({ ...typed, done: event.target.value })}
          />
        )}
        {how === 'correct' && !milestones && (
          <NumberInput
            label={text.rightValue}
            required
            hideControls
            value={typed.value}
            onChange={(value) => setTyped({ ...typed, value })}
          />
        )}
        <TextInput
          label={how === 'correct' ? text.correctWhy : text.takeBackWhy}
          required
          maxLength={4000}
          value={typed.reason}
          onChange={(event) => setTyped({ ...typed, reason: event.target.value })}
        />
        <ProblemNotice error={correct.error ?? takeBack.error} />
        <Group gap="xs">
          <Button type="submit" size="xs" loading={correct.isPending || takeBack.isPending}>
            {how === 'correct' ? text.correct : text.takeBack}
          </Button>
          <Button size="xs" variant="subtle" onClick={onDone}>
            {text.abandon}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
