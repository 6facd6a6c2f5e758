import { Checkbox, Group, MultiSelect, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Schema } from '../../api'
import { errorOf } from '../fields'
import { useAllTeams } from './queries'
import { ROLES } from './search'
import { useText } from './text'

/** What is said of somebody, as it is typed. */
export type Typed = { handle: string; name: string; email: string; roles: Schema['Role'][] }

/** The fields of `PersonFields`, as the gateway calls them: what is wrong with them is told at them. */
export const FIELDS = ['handle', 'name', 'email', 'roles'] as const

type PersonFieldsProps = {
  typed: Typed
  error: Error | null
  disabled?: boolean
  onChange: (changed: Partial<Typed>) => void
}

/** What somebody is called, where they are written to, and what they may do. */
export function PersonFields({ typed, error, disabled = false, onChange }: PersonFieldsProps) {
  const text = useText()
  return (
    <>
      <Group grow align="start">
        <TextInput
          label={text.name}
          data-autofocus
          maxLength={200}
          disabled={disabled}
          error={errorOf(error, 'name')}
          value={typed.name}
          onChange={(event) => onChange({ name: event.target.value })}
        />
        <TextInput
          label={text.handle}
          description={text.handleIs}
          inputWrapperOrder={['label', 'input', 'error', 'description']}
          required
          maxLength={100}
          disabled={disabled}
          error={errorOf(error, 'handle')}
          value={typed.handle}
          onChange={(event) => onChange({ handle: event.target.value })}
        />
      </Group>
      <TextInput
        label={text.email}
        inputMode="email"
        maxLength={254}
        disabled={disabled}
        error={errorOf(error, 'email')}
        value={typed.email}
        onChange={(event) => onChange({ email: event.target.value })}
      />
      <Checkbox.Group
        label={text.may}
        error={errorOf(error, 'roles')}
        value={typed.roles}
        onChange={(roles) => onChange({ roles: ROLES.filter((it) => roles.includes(it)) })}
      >
        <div className="admin-roles">
          {ROLES.map((it) => (
            <Checkbox
              key={it}
              size="xs"
              value={it}
              disabled={disabled}
              label={text.roles[it]}
              description={text.rolesAre[it]}
            />
          ))}
        </div>
      </Checkbox.Group>
    </>
  )
}

type TeamsPickerProps = {
  value: string[]
  error: ReactNode
  disabled: boolean
  onChange: (teams: string[]) => void
}

/** Several teams, found by name. */
export function TeamsPicker({ value, error, disabled, onChange }: TeamsPickerProps) {
  const text = useText()
  const teams = useAllTeams()
  return (
    <MultiSelect
      label={text.teams}
      searchable
      nothingFoundMessage={text.noTeam}
      disabled={disabled}
      error={error}
      data={teams.map((it) => ({ value: it.id, label: it.name }))}
      value={value}
      onChange={onChange}
    />
  )
}
