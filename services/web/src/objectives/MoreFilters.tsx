import { Button, Popover, Select, Stack, TextInput } from '@mantine/core'
import { ListFilter } from 'lucide-react'
import { useState } from 'react'
import { useGet } from '../api'
import type { FiltersProps } from './Filters'
import { STATES } from './filters'
import { useText } from './text'

type MoreFiltersProps = Pick<FiltersProps, 'search' | 'objectives' | 'onChange'>

/** The filters that one needs less often. */
export function MoreFilters({ search, objectives, onChange }: MoreFiltersProps) {
  const text = useText()
  const [opened, setOpened] = useState(false)
  const used = [search.owner, search.state, search.pillar, search.label, search.due_before].filter(Boolean).length
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" shadow="md" trapFocus returnFocus width={300}>
      <Popover.Target>
        <Button
          size="xs"
          variant={used === 0 ? 'default' : 'light'}
          leftSection={<ListFilter size={14} aria-hidden />}
          onClick={() => setOpened(!opened)}
        >
          {used === 0 ? text.more : text.moreUsed(used)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={text.more}>
        {opened && <Fields search={search} objectives={objectives} onChange={onChange} />}
      </Popover.Dropdown>
    </Popover>
  )
}

function Fields({ search, objectives, onChange }: MoreFiltersProps) {
  const text = useText()
  const pillars = useGet('/v1/pillars', {})
  const owners = new Map(
    objectives.flatMap(({ owner }) => (owner ? [[owner.id, owner.name ?? owner.handle ?? '?']] : [])),
  )
  const shared = {
    clearable: true,
    clearButtonProps: { 'aria-label': text.clear },
    comboboxProps: { withinPortal: false },
  }
  return (
    <Stack gap="xs">
      <Select
        {...shared}
        label={text.owner}
        openOnFocus={false}
        searchable
        nothingFoundMessage={text.noMatch}
        data={[...owners].map(([value, label]) => ({ value, label })).sort((a, b) => a.label.localeCompare(b.label))}
        value={search.owner ?? null}
        onChange={(chosen) => onChange({ owner: chosen ?? undefined })}
      />
      <Select
        {...shared}
        label={text.state}
        data={STATES.map((value) => ({ value, label: text.states[value] }))}
        value={search.state ?? null}
        onChange={(chosen) => onChange({ state: chosen ?? undefined })}
      />
      {(pillars.data?.items.length ?? 0) > 0 && (
        <Select
          {...shared}
          label={text.pillar}
          data={pillars.data?.items.map((it) => ({ value: it.id, label: it.title })) ?? []}
          value={search.pillar ?? null}
          onChange={(chosen) => onChange({ pillar: chosen ?? undefined })}
        />
      )}
      <TextInput
        label={text.label}
        maxLength={50}
        value={search.label ?? ''}
        onChange={(event) => onChange({ label: event.target.value || undefined }, true)}
      />
      <TextInput
        type="date"
        label={text.due}
        value={search.due_before ?? ''}
        onChange={(event) => onChange({ due_before: event.target.value || undefined }, true)}
      />
    </Stack>
  )
}
