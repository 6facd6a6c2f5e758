import { Button, Group, Select, TextInput } from '@mantine/core'
import { Search, X } from 'lucide-react'
import { useAllTeams } from './queries'
import { EVERYBODY, isFiltered, type PeopleSearch } from './search'
import { useText } from './text'

type FiltersProps = { search: PeopleSearch; onChange: (changed: Partial<PeopleSearch>, replace?: boolean) => void }

/** Which people. It stands in the address, so that a view can be sent and kept. */
export function Filters({ search, onChange }: FiltersProps) {
  const text = useText()
  const teams = useAllTeams()
  const choice = <Word extends string>(words: Record<Word, string>) =>
    Object.entries<string>(words).map(([value, label]) => ({ value, label }))
  const clear = { 'aria-label': text.clear }
  // A team may be named in an address, too.
  const team = teams.find((it) => it.id === search.team || it.name === search.team)?.id ?? null
  return (
    <Group gap="xs" role="search" aria-label={text.filters}>
      <TextInput
        size="xs"
        w={220}
        aria-label={text.find}
        placeholder={text.find}
        maxLength={200}
        leftSection={<Search size={14} aria-hidden />}
        value={search.text ?? ''}
        onChange={(event) => onChange({ text: event.target.value || undefined }, true)}
      />
      <Select
        size="xs"
        w={130}
        aria-label={text.state}
        allowDeselect={false}
        value={search.state ?? 'active'}
        data={choice(text.states)}
        onChange={(state) => onChange({ state: (state === 'active' ? undefined : state) as PeopleSearch['state'] })}
      />
      <Select
        size="xs"
        w={150}
        aria-label={text.role}
        placeholder={text.role}
        clearable
        clearButtonProps={clear}
        value={search.role ?? null}
        data={choice(text.roles)}
        onChange={(role) => onChange({ role: (role ?? undefined) as PeopleSearch['role'] })}
      />
      <Select
        size="xs"
        w={170}
        aria-label={text.team}
        placeholder={text.team}
        clearable
        clearButtonProps={clear}
        searchable
        nothingFoundMessage={text.noTeam}
        value={team}
        data={teams.map((it) => ({ value: it.id, label: it.name }))}
        onChange={(chosen) => onChange({ team: chosen ?? undefined })}
      />
      {isFiltered(search) && (
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<X size={14} aria-hidden />}
          onClick={() => onChange(EVERYBODY)}
        >
          {text.clear}
        </Button>
      )}
    </Group>
  )
}
