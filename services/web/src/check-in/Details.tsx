import { NativeSelect, TextInput } from '@mantine/core'
import type { Schema } from '../api'
import { useFormat } from '../i18n'
import { useSession } from '../sign-in/session'
import { useUiText } from '../ui'
import type { Draft, Reportable } from './draft'
import { figure } from './figures'
import { useText } from './text'

type FieldProps = { draft: Draft; onChange: (changed: Partial<Draft>) => void }

const SAID = ['on_track', 'behind', 'at_risk', 'achieved'] as const satisfies readonly Schema['SaidStatus'][]

/** A status said by hand, which stands until the next check-in. */
export function StatusSaid({ draft, onChange }: FieldProps) {
  const text = useText()
  const { statuses } = useUiText()
  return (
    <NativeSelect
      label={text.status}
      value={draft.status ?? ''}
      data={[{ value: '', label: text.computed }, ...SAID.map((value) => ({ value, label: statuses[value] }))]}
      onChange={(event) => onChange({ status: SAID.find((it) => it === event.target.value) ?? null })}
    />
  )
}

/** The day that it is true of. */
export function AsOf({ draft, onChange }: FieldProps) {
  const text = useText()
  return (
    <TextInput
      type="date"
      label={`${text.asOf} (${text.today})`}
      value={draft.asOf}
      onChange={(event) => onChange({ asOf: event.target.value })}
    />
  )
}

/** Of several owners: whose part of the value it is, and what the others have said of theirs. */
export function PartOf({ keyResult, draft, onChange }: FieldProps & { keyResult: Reportable }) {
  const text = useText()
  const format = useFormat()
  const { session } = useSession()
  const nameOf = ({ name, handle }: Schema['PersonName']) => name ?? handle ?? '?'
  const parts = (keyResult.parts ?? []).map((it) => `${nameOf(it.person)} ${figure(format, it.value, keyResult.unit)}`)
  return (
    <NativeSelect
      label={text.whose}
      description={parts.length === 0 ? text.noParts : `${text.parts}: ${parts.join(', ')}`}
      value={draft.part ?? ''}
      data={[
        ...keyResult.owners.map(({ person }) => ({
          value: person.id,
          label: person.id === session?.person?.id ? text.mine : text.partOf(nameOf(person)),
        })),
        { value: '', label: text.whole },
      ]}
      onChange={(event) => onChange({ part: event.target.value || null })}
    />
  )
}
