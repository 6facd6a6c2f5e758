import { Stack, TextInput } from '@mantine/core'
import { useState, type ReactNode, type SyntheticEvent } from 'react'
import { useDay } from '../cycles'
import { FormEnd, ProblemNotice } from '../ui'
import { errorOf, unplaced } from './fields'

type DatedFormProps = {
  /** What the form is about. */
  label: string
  dayLabel: string
  /** The last day that can be chosen; left out: any. */
  lastDay?: string
  submit: string
  leave: string
  /** The command: what became of it, and the fields beside the day that say what is wrong with them. */
  command: { error: Error | null; isPending: boolean }
  fields?: readonly string[]
  /** null: no day was said. */
  onSubmit: (day: string | null) => void
  onLeave: () => void
  /** What is chosen beside the day; left out: the day has the focus. */
  children?: ReactNode
  mt?: 'xs'
  mb?: 'sm'
}

/** Something of a person or a team that holds from a day on: from today, unless another one is said. */
export function DatedForm(props: DatedFormProps) {
  const { label, command, fields = [], onSubmit, children } = props
  const [day, setDay] = useState(useDay())
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    onSubmit(day || null)
  }
  return (
    <form onSubmit={submit} aria-label={label} noValidate>
      <Stack gap="xs" mt={props.mt} mb={props.mb}>
        {children}
        <TextInput
          type="date"
          label={props.dayLabel}
          max={props.lastDay}
          // One asked for the form: what is typed belongs into it.
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus={children === undefined}
          error={errorOf(command.error, 'holds_from')}
          value={day}
          onChange={(event) => setDay(event.target.value)}
        />
        <ProblemNotice error={unplaced(command.error, [...fields, 'holds_from'])} />
        <FormEnd
          submit={props.submit}
          pending={command.isPending}
          leave={props.leave}
          onLeave={props.onLeave}
          size="xs"
        />
      </Stack>
    </form>
  )
}
