import { Button, Group, Select, Switch, TextInput } from '@mantine/core'
import { Search, X } from 'lucide-react'
import type { Schema } from '../api'
import { useUiText } from '../ui'
import { EVERYTHING, isFiltered, type TreeSearch } from './filters'
import { MoreFilters } from './MoreFilters'
import { useText } from './text'

export type FiltersProps = {
  search: TreeSearch
  cycle: string | undefined
  cycles: readonly Schema['Cycle'][]
  objectives: readonly Schema['TreeObjective'][]
  onChange: (changed: Partial<TreeSearch>, replace?: boolean) => void
}

/** What to show of which cycle. It stands in the address, so that a view can be sent and kept. */
export function Filters({ search, cycle, cycles, objectives, onChange }: FiltersProps) {
  const text = useText()
  const { statuses } = useUiText()
  const teams = [...new Set(objectives.flatMap((it) => it.team?.name ?? []))].sort()
  return (
    <Group gap="xs" className="tree-filters" role="search" aria-label={text.filters}>
      <Select
        size="xs"
        w={150}
        aria-label={text.cycle}
        allowDeselect={false}
        value={cycle ?? null}
        placeholder={text.cycle}
        data={cycles.map((it) => ({ value: it.id, label: it.name }))}
        onChange={(chosen) => onChange({ cycle: chosen ?? undefined, open: undefined })}
      />
      <TextInput
        size="xs"
        w={190}
        aria-label={text.text}
        placeholder={text.text}
        leftSection={<Search size={14} aria-hidden />}
        value={search.text ?? ''}
        onChange={(event) => onChange({ text: event.target.value || undefined }, true)}
      />
      <Select
        size="xs"
        w={130}
        aria-label={text.status}
        placeholder={text.status}
        clearable
        clearButtonProps={{ 'aria-label': text.clear }}
        value={search.status ?? null}
        data={Object.entries(statuses).map(([value, label]) => ({ value, label }))}
        onChange={(chosen) => onChange({ status: (chosen ?? undefined) as TreeSearch['status'] })}
      />
      {teams.length > 0 && (
        <Select
          size="xs"
          w={140}
          aria-label={text.team}
          placeholder={text.team}
          clearable
          clearButtonProps={{ 'aria-label': text.clear }}
          searchable
          data={teams}
          value={search.team ?? null}
          onChange={(chosen) => onChange({ team: chosen ?? undefined })}
        />
      )}
      <MoreFilters search={search} objectives={objectives} onChange={onChange} />
      <Switch
        size="sm"
        label={text.mine}
        checked={search.mine === true}
        onChange={(event) => onChange({ mine: event.currentTarget.checked || undefined })}
      />
      {isFiltered(search) && (
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<X size={14} aria-hidden />}
          onClick={() => onChange(EVERYTHING)}
        >
          {text.clear}
        </Button>
      )}
    </Group>
  )
}
