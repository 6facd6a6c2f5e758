import { Button, Modal, Stack, Text, Textarea } from '@mantine/core'
import { RotateCcw } from 'lucide-react'
import { useState, type SyntheticEvent } from 'react'
import type { Schema } from '../api'
import { FormEnd } from '../ui'
import { Refusal } from './EndBar'
import { useReopenCycle } from './queries'
import { useText } from './text'

/** Reopens a closed cycle, with a reason; for those who may. */
export function Reopen({ cycle }: { cycle: Schema['Cycle'] }) {
  const text = useText()
  const [asked, setAsked] = useState(false)
  const [reason, setReason] = useState('')
  const reopen = useReopenCycle(cycle, () => {
    setAsked(false)
    setReason('')
  })
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    reopen.mutate(reason)
  }
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<RotateCcw size={14} aria-hidden />}
        onClick={() => setAsked(true)}
      >
        {text.reopen}
      </Button>
      <Modal
        opened={asked}
        onClose={() => setAsked(false)}
        title={text.reopenTitle(cycle.name)}
        closeButtonProps={{ 'aria-label': text.closeDialog }}
      >
        <form onSubmit={submit}>
          <Stack gap="sm">
            <Text size="sm">{text.reopenIs}</Text>
            <Textarea
              label={text.reason}
              required
              data-autofocus
              autosize
              minRows={2}
              maxLength={1000}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
            <Refusal error={reopen.error} />
            <FormEnd
              submit={text.reopenDo}
              pending={reopen.isPending}
              leave={text.cancel}
              onLeave={() => setAsked(false)}
            />
          </Stack>
        </form>
      </Modal>
    </>
  )
}
