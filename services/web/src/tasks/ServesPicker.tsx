import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { useFound } from '../creating/queries'
import { useInitiatives } from './queries'
import { useText } from './text'

export type Served = { kind: 'objective' | 'key_result' | 'initiative'; id: string; title: string }

const SHOWN = 8

type ServesPickerProps = { value: Served | null; onChange: (served: Served | null) => void }

/** What a task is for: an objective, a key result or an initiative, found by its words. */
export function ServesPicker({ value, onChange }: ServesPickerProps) {
  const text = useText()
  const [typed, setTyped] = useState(value?.title ?? '')
  const [words] = useDebouncedValue(typed.trim(), 200)
  const looking = words.length > 1 && words !== value?.title
  const found = useFound(looking ? words : '')
  const initiatives = useInitiatives(looking)
  const named = (kind: Served['kind'], all: readonly { id: string; title: string }[]): Served[] =>
    all.map(({ id, title }) => ({ kind, id, title }))
  const options = [
    ...named('objective', found.objectives),
    ...named('key_result', found.keyResults),
    ...named('initiative', looking ? withWords(initiatives.data?.items ?? [], words) : []),
  ]
  const known = value === null || options.some((it) => it.id === value.id) ? options : [value, ...options]
  const group = (kind: Served['kind']) => ({
    group: text.kinds[kind],
    items: known.filter((it) => it.kind === kind).map((it) => ({ value: it.id, label: it.title })),
  })
  return (
    <Select
      label={text.serves}
      description={text.servesHint}
      inputWrapperOrder={['label', 'input', 'error', 'description']}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': text.clear }}
      filter={({ options: all }) => all}
      data={[group('objective'), group('key_result'), group('initiative')].filter((it) => it.items.length > 0)}
      value={value?.id ?? null}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={(id) => onChange(known.find((it) => it.id === id) ?? null)}
      nothingFoundMessage={!looking ? text.typeToFind : found.searching ? '…' : text.nothingFound}
    />
  )
}

function withWords<Named extends { title: string }>(all: readonly Named[], words: string): Named[] {
  return all.filter((it) => it.title.toLowerCase().includes(words.toLowerCase())).slice(0, SHOWN)
}
