import { Modal, Stack, TextInput } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import { FormEnd, ProblemNotice } from '../ui'
import { usePlan } from './queries'
import { useText } from './text'
import { WhoseField } from './WhoseField'

const NOTHING = { title: '', day: '', team: '', reference: '' }

type PlanMilestoneProps = { opened: boolean; onClose: () => void; onDone: (id: string) => void }

/** A new milestone. What is typed stays where the dialog is closed before it is planned. */
export function PlanMilestone({ opened, onClose, onDone }: PlanMilestoneProps) {
  const text = useText()
  const [typed, setTyped] = useState(NOTHING)
  const plan = usePlan(({ id }) => {
    setTyped(NOTHING)
    onDone(id)
  })
  const put = (changed: Partial<typeof NOTHING>) => setTyped({ ...typed, ...changed })
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    plan.mutate(typed)
  }
  return (
    <Modal opened={opened} onClose={onClose} title={text.plan} closeButtonProps={{ 'aria-label': text.close }}>
      <form onSubmit={submit}>
        <Stack gap="xs">
          <TextInput
            label={text.milestone}
            description={text.milestoneHint}
            required
            data-autofocus
            value={typed.title}
            onChange={(event) => put({ title: event.target.value })}
          />
          <TextInput
            type="date"
            label={text.day}
            required
            value={typed.day}
            onChange={(event) => put({ day: event.target.value })}
          />
          <WhoseField value={typed.team} onChange={(team) => put({ team })} />
          <TextInput
            label={text.reference}
            description={text.referenceHint}
            value={typed.reference}
            onChange={(event) => put({ reference: event.target.value })}
          />
          <ProblemNotice error={plan.error} />
          <FormEnd submit={text.plan} pending={plan.isPending} leave={text.notNow} onLeave={onClose} />
        </Stack>
      </form>
    </Modal>
  )
}
