import { Select } from '@mantine/core'
import { useGet } from '../api'
import { useText } from './text'

/** Whose a milestone is: a team's, or the company's. */
export function WhoseField({ value, onChange }: { value: string; onChange: (team: string) => void }) {
  const text = useText()
  const teams = useGet('/v1/teams', { query: { limit: 1000 } })
  const names = (teams.data?.items ?? []).map((it) => it.name)
  const known = value === '' || names.includes(value) ? names : [value, ...names]
  return (
    <Select
      label={text.whose}
      searchable
      openOnFocus={false}
      allowDeselect={false}
      nothingFoundMessage={text.noTeam}
      data={[{ value: '', label: text.company }, ...known.map((name) => ({ value: name, label: name }))]}
      value={value}
      onChange={(team) => onChange(team ?? '')}
    />
  )
}
