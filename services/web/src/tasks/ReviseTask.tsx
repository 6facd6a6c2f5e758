import { Stack } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import type { Schema } from '../api'
import { FormEnd, ProblemNotice } from '../ui'
import { useRevise } from './queries'
import { TaskFields, type Typed } from './TaskFields'
import { useText } from './text'

/** Changes a task, or gives it to somebody else. */
export function ReviseTask({ task, onClose }: { task: Schema['Task']; onClose: () => void }) {
  const text = useText()
  // What was seen is what is changed: what somebody else changes meanwhile is not overwritten unseen.
  const [seen] = useState(task)
  const [typed, setTyped] = useState<Typed>({
    title: task.title,
    assignee: task.assignee?.id ?? '',
    due_day: task.due_day ?? '',
    priority: task.priority,
  })
  const revise = useRevise(seen, onClose)
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    revise.mutate({
      title: typed.title,
      ...(typed.assignee !== '' && { assignee: typed.assignee }),
      due_day: typed.due_day || null,
      priority: typed.priority,
    })
  }
  return (
    <form onSubmit={submit} aria-label={text.change}>
      <Stack gap="xs">
        <TaskFields typed={typed} onChange={(changed) => setTyped({ ...typed, ...changed })} />
        <ProblemNotice error={revise.error} />
        <FormEnd submit={text.save} pending={revise.isPending} leave={text.notNow} onLeave={onClose} />
      </Stack>
    </form>
  )
}
