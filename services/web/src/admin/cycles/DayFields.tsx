import { Group, TextInput } from '@mantine/core'
import { errorOf } from '../fields'
import { useText } from './text'

type Days = { first_day: string; last_day: string }
type DayFieldsProps = { typed: Days; error: Error | null; onChange: (changed: Partial<Days>) => void }

/** The first and the last day of a cycle; both belong to it. */
export function DayFields({ typed, error, onChange }: DayFieldsProps) {
  const text = useText()
  const backwards = typed.first_day !== '' && typed.last_day !== '' && typed.last_day < typed.first_day
  return (
    <Group grow align="start">
      <TextInput
        type="date"
        label={text.firstDay}
        required
        value={typed.first_day}
        error={errorOf(error, 'first_day')}
        onChange={(event) => onChange({ first_day: event.target.value })}
      />
      <TextInput
        type="date"
        label={text.lastDay}
        required
        value={typed.last_day}
        error={backwards ? text.backwards : errorOf(error, 'last_day')}
        onChange={(event) => onChange({ last_day: event.target.value })}
      />
    </Group>
  )
}
