import { Group, Select } from '@mantine/core'
import type { Schema } from '../../api'
import { errorOf } from '../fields'
import type { Typed } from './proposals'
import { useText } from './text'

type Belongs = Pick<Typed, 'kind' | 'enclosing' | 'cadence' | 'weekday'>

type WhereItBelongsProps = {
  typed: Belongs
  cycles: readonly Schema['Cycle'][]
  error: Error | null
  onChange: (changed: Partial<Belongs>) => void
}

/** What a cycle is for, within which other one it lies, and how often check-ins are due in it. */
export function WhereItBelongs({ typed, cycles, error, onChange }: WhereItBelongsProps) {
  const text = useText()
  const kinds = Object.entries(text.kinds).map(([value, label]) => ({ value, label }))
  const cadences = Object.entries(text.cadences).map(([value, label]) => ({ value, label }))
  const weekdays = Object.entries(text.weekdays).map(([value, label]) => ({ value, label }))
  return (
    <>
      <Group grow align="start">
        <Select
          label={text.kind}
          description={text.kindIs}
          allowDeselect={false}
          data={kinds}
          value={typed.kind}
          error={errorOf(error, 'kind')}
          onChange={(kind) => kind !== null && onChange({ kind: kind as Belongs['kind'] })}
        />
        <Select
          label={text.enclosing}
          description={text.enclosingIs}
          clearable
          data={cycles
            .filter((it) => it.state !== 'closed' || it.id === typed.enclosing)
            .map((it) => ({ value: it.id, label: it.name }))}
          value={typed.enclosing || null}
          error={errorOf(error, 'enclosing_cycle')}
          onChange={(enclosing) => onChange({ enclosing: enclosing ?? '' })}
        />
      </Group>
      <Group grow align="start">
        <Select
          label={text.cadence}
          placeholder={text.asTenant}
          clearable
          data={cadences}
          value={typed.cadence || null}
          error={errorOf(error, 'cadence')}
          onChange={(cadence) => onChange({ cadence: cadence ?? '' })}
        />
        <Select
          label={text.weekday}
          placeholder={text.asTenant}
          clearable
          data={weekdays}
          value={typed.weekday || null}
          error={errorOf(error, 'weekday')}
          onChange={(weekday) => onChange({ weekday: weekday ?? '' })}
        />
      </Group>
    </>
  )
}
