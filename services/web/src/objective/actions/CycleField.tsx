import { Select } from '@mantine/core'
import { useOpenCycles } from '../../creating/queries'
import { useText } from '../text'

type CycleFieldProps = {
  without: string | null
  value: string | null
  onChange: (cycle: string | null) => void
  first?: boolean
}

/** A cycle that takes objectives, but for one. */
export function CycleField({ without, value, onChange, first = false }: CycleFieldProps) {
  const text = useText()
  const cycles = useOpenCycles()
  const open = (cycles ?? []).filter((it) => it.id !== without)
  return (
    <Select
      label={text.actions.cycle}
      required
      searchable
      openOnFocus={false}
      data-autofocus={first || undefined}
      description={cycles !== undefined && open.length === 0 ? text.actions.noCycle : undefined}
      data={open.map((it) => ({ value: it.id, label: it.name }))}
      value={value}
      onChange={onChange}
    />
  )
}
