import { Modal, Stack, Text } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import { body, client, useCommand, type Schema } from '../../api'
import type { Parent } from '../../creating/draft'
import { ParentPicker } from '../../creating/ParentPicker'
import { FormEnd, ProblemNotice } from '../../ui'
import { useText } from '../text'

type MoveKeyResultProps = { keyResult: Schema['KeyResult']; onClose: () => void }

/** Moves a key result to another objective, that is found by its words. */
export function MoveKeyResult({ keyResult, onClose }: MoveKeyResultProps) {
  const text = useText()
  const [to, setTo] = useState<Parent | null>(null)
  const [tried, setTried] = useState(false)
  const move = useCommand(
    (objective: string, header) =>
      body(
        client.POST('/v1/key-results/{ref}/move', {
          params: { path: { ref: keyResult.id }, header },
          body: { objective },
        }),
      ),
    onClose,
  )
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    setTried(true)
    if (to !== null) move.mutate(to.id)
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={text.moveKeyResult.ask(keyResult.title)}
      closeButtonProps={{ 'aria-label': text.actions.cancelDialog }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <Text size="sm">{text.moveKeyResult.about}</Text>
          <ParentPicker
            label={text.moveKeyResult.objective}
            hint={text.moveKeyResult.hint}
            value={to}
            onChange={setTo}
            keyResults={false}
            focused
            without={keyResult.objective?.id ?? null}
            {...(tried && to === null ? { error: text.moveKeyResult.missing } : {})}
          />
          <ProblemNotice error={move.error} />
          <FormEnd
            submit={text.moveKeyResult.name}
            pending={move.isPending}
            leave={text.actions.cancelDialog}
            onLeave={onClose}
          />
        </Stack>
      </form>
    </Modal>
  )
}
