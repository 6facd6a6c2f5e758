import { MultiSelect } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState, type ReactNode } from 'react'
import { useGet } from '../../api'
import type { KeyResultDraft, Named } from '../draft'
import { noted } from '../Findings'
import { useFound } from '../queries'
import { useText } from '../text'

type FeedsFieldProps = {
  keyResult: KeyResultDraft
  error: ReactNode
  change: (changed: Partial<KeyResultDraft>) => void
}

/** What feeds a sum: key results found by their words, and the company's KPIs. */
export function FeedsField({ keyResult, error, change }: FeedsFieldProps) {
  const text = useText()
  const [typed, setTyped] = useState('')
  const [words] = useDebouncedValue(typed, 200)
  const { keyResults } = useFound(words)
  const kpis = useGet('/v1/kpis', { query: { retired: false, limit: 200 } })
  const found: Named[] = [
    ...keyResults.filter((it) => it.id !== keyResult.id).map(({ id, title }) => ({ id, title })),
    ...(kpis.data?.items ?? [])
      .filter((it) => it.title.toLowerCase().includes(typed.trim().toLowerCase()))
      .map(({ id, title }) => ({ id, title: `KPI: ${title}` })),
  ]
  const known = new Map([...keyResult.feeds, ...found].map((it) => [it.id, it]))
  return (
    <MultiSelect
      label={text.feeds}
      {...noted(text.feedsHint)}
      error={error}
      searchable
      filter={({ options }) => options}
      data={[...known.values()].map((it) => ({ value: it.id, label: it.title }))}
      value={keyResult.feeds.map((it) => it.id)}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={(ids) => change({ feeds: ids.flatMap((id) => known.get(id) ?? []) })}
      nothingFoundMessage={text.typeToFind}
    />
  )
}
