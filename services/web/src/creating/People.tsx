import { MultiSelect, Select } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Schema } from '../api'
import { noted } from './Findings'
import type { Finding } from './coach'
import { useEverybody } from './queries'
import { useText } from './text'

/** As many as are shown at once: further letters find the others. */
const SHOWN = 60

function optionsOf(people: readonly Schema['Person'][] | undefined) {
  return (people ?? []).map((it) => ({ value: it.id, label: it.name ?? it.handle ?? it.id }))
}

type Common = { label: string; hint?: string; findings?: readonly Finding[]; error?: ReactNode }

/** One person, found by name. */
export function PersonPicker({
  label,
  hint,
  findings,
  error,
  value,
  onChange,
}: Common & { value: string; onChange: (person: string) => void }) {
  const text = useText()
  const everybody = useEverybody()
  return (
    <Select
      label={label}
      {...noted(hint, findings)}
      error={error}
      searchable
      clearable
      limit={SHOWN}
      nothingFoundMessage={text.nothingFound}
      data={optionsOf(everybody.data)}
      value={value === '' ? null : value}
      onChange={(person) => onChange(person ?? '')}
    />
  )
}

/** Several people, found by name. */
export function PeoplePicker({
  label,
  hint,
  error,
  value,
  onChange,
}: Common & { value: string[]; onChange: (people: string[]) => void }) {
  const text = useText()
  const everybody = useEverybody()
  return (
    <MultiSelect
      label={label}
      {...noted(hint)}
      error={error}
      searchable
      limit={SHOWN}
      nothingFoundMessage={text.nothingFound}
      data={optionsOf(everybody.data)}
      value={value}
      onChange={onChange}
    />
  )
}
