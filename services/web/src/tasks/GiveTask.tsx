import { Modal, Stack } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import { FormEnd, ProblemNotice } from '../ui'
import { useAllowed, useGive } from './queries'
import { ServesPicker, type Served } from './ServesPicker'
import { TaskFields, type Typed } from './TaskFields'
import { useText } from './text'

const NOTHING: Typed = { title: '', assignee: '', due_day: '', priority: 'normal' }

type GiveTaskProps = { opened: boolean; onClose: () => void; onDone: (task: string, mine: boolean) => void }

/** Gives somebody a task, or oneself. What is typed stays when one looks at something else. */
export function GiveTask({ opened, onClose, onDone }: GiveTaskProps) {
  const text = useText()
  const { me } = useAllowed()
  const [typed, setTyped] = useState(NOTHING)
  const [served, setServed] = useState<Served | null>(null)
  const give = useGive(({ id }) => {
    setTyped(NOTHING)
    setServed(null)
    onDone(id, typed.assignee === '' || typed.assignee === me)
  })
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    give.mutate({
      title: typed.title,
      assignee: typed.assignee || null,
      due_day: typed.due_day || null,
      priority: typed.priority,
      serves: served && { [served.kind]: served.id },
    })
  }
  return (
    <Modal opened={opened} onClose={onClose} title={text.give} closeButtonProps={{ 'aria-label': text.close }}>
      <form onSubmit={submit}>
        <Stack gap="xs">
          <TaskFields
            typed={typed}
            assigneeHint={text.assigneeHint}
            onChange={(changed) => setTyped({ ...typed, ...changed })}
          />
          <ServesPicker value={served} onChange={setServed} />
          <ProblemNotice error={give.error} />
          <FormEnd submit={text.giveIt} pending={give.isPending} leave={text.notNow} onLeave={onClose} />
        </Stack>
      </form>
    </Modal>
  )
}
