import { Group, Select, TextInput } from '@mantine/core'
import type { Schema } from '../api'
import { PersonPicker } from '../creating/People'
import { useText } from './text'

/** What is said of a task, as it is typed. */
export type Typed = { title: string; assignee: string; due_day: string; priority: Schema['Priority'] }

type TaskFieldsProps = { typed: Typed; assigneeHint?: string; onChange: (changed: Partial<Typed>) => void }

/** What to do, by whom, until when, and how much it matters. */
export function TaskFields({ typed, assigneeHint, onChange }: TaskFieldsProps) {
  const text = useText()
  return (
    <>
      <TextInput
        label={text.what}
        required
        maxLength={200}
        data-autofocus
        value={typed.title}
        onChange={(event) => onChange({ title: event.target.value })}
      />
      <PersonPicker
        label={text.assignee}
        hint={assigneeHint}
        value={typed.assignee}
        onChange={(assignee) => onChange({ assignee })}
      />
      <Group grow align="start">
        <TextInput
          type="date"
          label={text.dueDay}
          value={typed.due_day}
          onChange={(event) => onChange({ due_day: event.target.value })}
        />
        <Select
          label={text.priority}
          allowDeselect={false}
          value={typed.priority}
          data={Object.entries(text.priorities).map(([value, label]) => ({ value, label }))}
          onChange={(priority) => onChange({ priority: (priority ?? 'normal') as Typed['priority'] })}
        />
      </Group>
    </>
  )
}
