import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState, type ReactNode } from 'react'
import type { Finding } from './coach'
import type { Parent } from './draft'
import { noted } from './Findings'
import { useFound } from './queries'
import { useText } from './text'

type ParentPickerProps = {
  label: string
  hint: string
  value: Parent | null
  onChange: (parent: Parent | null) => void
  findings?: readonly Finding[]
  error?: ReactNode
  /** Whether key results can be chosen too. */
  keyResults?: boolean
  /** What cannot be chosen: an objective does not hang under itself. */
  without?: string | null
  /** Whether what has ended can be chosen too. */
  ended?: boolean
  /** Whether it has the focus where the dialog that it stands in opens. */
  focused?: boolean
}

/** An objective, or a key result, found by its words wherever it is. */
export function ParentPicker({
  label,
  hint,
  value,
  onChange,
  findings,
  error,
  keyResults = true,
  without = null,
  ended = false,
  focused = false,
}: ParentPickerProps) {
  const text = useText()
  const [typed, setTyped] = useState(value?.title ?? '')
  const [words] = useDebouncedValue(typed, 200)
  const found = useFound(words === value?.title ? '' : words, ended)
  const options: Parent[] = [
    ...found.objectives
      .filter((it) => it.id !== without)
      .map((it) => ({ kind: 'objective' as const, id: it.id, title: it.title })),
    ...(keyResults ? found.keyResults : [])
      .filter((it) => it.objective?.id !== without)
      .map((it) => ({ kind: 'key_result' as const, id: it.id, title: it.title })),
  ]
  const known = value === null || options.some((it) => it.id === value.id) ? options : [value, ...options]
  const group = (kind: Parent['kind']) => ({
    group: text.parentKinds[kind],
    items: known.filter((it) => it.kind === kind).map((it) => ({ value: it.id, label: it.title })),
  })
  return (
    <Select
      label={label}
      {...noted(hint, findings)}
      error={error}
      data-autofocus={focused || undefined}
      searchable
      clearable
      filter={({ options: all }) => all}
      data={[group('objective'), group('key_result')].filter((it) => it.items.length > 0)}
      value={value?.id ?? null}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={(id) => onChange(known.find((it) => it.id === id) ?? null)}
      nothingFoundMessage={typed.trim().length < 2 ? text.typeToFind : found.searching ? '…' : text.nothingFound}
    />
  )
}
