import { Button, Group, SegmentedControl, Select } from '@mantine/core'
import { X } from 'lucide-react'
import { EVERY, isFiltered, type TaskSearch } from './search'
import { useText } from './text'

type FiltersProps = { search: TaskSearch; onChange: (changed: Partial<TaskSearch>) => void }

/** Which tasks. It stands in the address, so that a view can be sent and kept. */
export function Filters({ search, onChange }: FiltersProps) {
  const text = useText()
  const choice = <Word extends string>(words: Record<Word, string>) =>
    Object.entries<string>(words).map(([value, label]) => ({ value, label }))
  const clear = { 'aria-label': text.clear }
  return (
    <Group gap="xs" role="search" aria-label={text.filters}>
      <SegmentedControl
        size="xs"
        aria-label={text.whose}
        value={search.whose ?? 'mine'}
        data={choice({ mine: text.mine, given: text.given })}
        onChange={(whose) => onChange({ whose: whose === 'given' ? whose : undefined, open: undefined })}
      />
      <Select
        size="xs"
        w={150}
        aria-label={text.due}
        placeholder={text.due}
        clearable
        clearButtonProps={clear}
        value={search.due ?? null}
        data={choice(text.dues)}
        onChange={(due) => onChange({ due: (due ?? undefined) as TaskSearch['due'] })}
      />
      <Select
        size="xs"
        w={120}
        aria-label={text.state}
        allowDeselect={false}
        value={search.state ?? 'open'}
        data={choice(text.states)}
        onChange={(state) => onChange({ state: (state === 'open' ? undefined : state) as TaskSearch['state'] })}
      />
      <Select
        size="xs"
        w={120}
        aria-label={text.priority}
        placeholder={text.priority}
        clearable
        clearButtonProps={clear}
        value={search.priority ?? null}
        data={choice(text.priorities)}
        onChange={(priority) => onChange({ priority: (priority ?? undefined) as TaskSearch['priority'] })}
      />
      {isFiltered(search) && (
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<X size={14} aria-hidden />}
          onClick={() => onChange(EVERY)}
        >
          {text.clear}
        </Button>
      )}
    </Group>
  )
}
