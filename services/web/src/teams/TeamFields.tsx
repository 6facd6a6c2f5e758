import { Select, TextInput } from '@mantine/core'
import { useGet } from '../api'
import { errorOf } from '../admin/fields'
import { PersonPicker } from '../creating/People'
import { useDay } from '../cycles'
import type { Typed } from './acts'
import { useText } from './text'

type TeamFieldsProps = {
  typed: Typed
  error: Error | null
  /** What cannot be chosen: a team does not stand below itself. */
  without?: string
  onChange: (changed: Partial<Typed>) => void
}

/** What a team is called, where it stands, who leads it, and from which day on. */
export function TeamFields({ typed, error, without, onChange }: TeamFieldsProps) {
  const text = useText()
  const today = useDay()
  const { data } = useGet('/v1/teams', { query: { limit: 1000 } })
  const others = (data?.items ?? [])
    .filter((it) => it.id !== without)
    .sort((a, b) => a.name.localeCompare(b.name))
    .map((it) => ({ value: it.id, label: it.name }))
  return (
    <>
      <TextInput
        label={text.name}
        required
        data-autofocus
        maxLength={100}
        error={errorOf(error, 'name')}
        value={typed.name}
        onChange={(event) => onChange({ name: event.target.value })}
      />
      <Select
        label={text.parent}
        description={text.parentHint}
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        searchable
        clearable
        nothingFoundMessage={text.noTeam}
        error={errorOf(error, 'parent')}
        data={others}
        value={typed.parent || null}
        onChange={(parent) => onChange({ parent: parent ?? '' })}
      />
      <PersonPicker
        label={text.lead}
        hint={text.leadHint}
        error={errorOf(error, 'lead')}
        value={typed.lead}
        onChange={(lead) => onChange({ lead })}
      />
      <TextInput
        type="date"
        label={text.from}
        max={today}
        error={errorOf(error, 'holds_from')}
        value={typed.holds_from}
        onChange={(event) => onChange({ holds_from: event.target.value })}
      />
    </>
  )
}
