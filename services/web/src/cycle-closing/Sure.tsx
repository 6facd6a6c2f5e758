import { Modal, Stack, Text } from '@mantine/core'
import type { SyntheticEvent } from 'react'
import type { Schema } from '../api'
import { useFormat } from '../i18n'
import { FormEnd } from '../ui'
import { Refusal } from './EndBar'
import { useCloseCycle } from './queries'
import { useText } from './text'

type SureProps = {
  cycle: Schema['Cycle']
  closing: Schema['CycleClosing']
  day: string
  closes: number
  carried: number
  onClose: () => void
  onDone: () => void
}

/** What was tried, in numbers; and then it is done, in one command. */
export function Sure({ cycle, closing, day, closes, carried, onClose, onDone }: SureProps) {
  const text = useText()
  const format = useFormat()
  const close = useCloseCycle(cycle, onDone)
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    event.stopPropagation()
    close.mutate(closing)
  }
  const grades = closing.grades?.length ?? 0
  const said = closing.objectives?.length ?? 0
  return (
    <Modal
      opened
      onClose={onClose}
      title={text.sureTitle(cycle.name)}
      closeButtonProps={{ 'aria-label': text.closeDialog }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm">{text.sure}</Text>
          <ul className="closing-sums">
            <li>{text.willClose(closes, format.day(day))}</li>
            {grades > 0 && <li>{text.willGrade(grades)}</li>}
            {said > 0 && <li>{text.willSay(said)}</li>}
            {carried > 0 && <li>{text.willCarry(carried)}</li>}
          </ul>
          <Text size="sm" className="mute">
            {text.willFreeze}
          </Text>
          <Refusal error={close.error} />
          <FormEnd submit={text.close(cycle.name)} pending={close.isPending} leave={text.back} onLeave={onClose} />
        </Stack>
      </form>
    </Modal>
  )
}
