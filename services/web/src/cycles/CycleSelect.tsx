import { Select } from '@mantine/core'
import type { Schema } from '../api'
import { useText } from './text'

type CycleSelectProps = {
  cycle: Schema['Cycle'] | undefined
  cycles: readonly Schema['Cycle'][]
  onChange: (cycle: string) => void
}

/** Which cycle a page is about. */
export function CycleSelect({ cycle, cycles, onChange }: CycleSelectProps) {
  const text = useText()
  return (
    <Select
      size="xs"
      w={170}
      aria-label={text.cycle}
      allowDeselect={false}
      placeholder={text.cycle}
      value={cycle?.id ?? null}
      data={cycles.map((it) => ({ value: it.id, label: it.name }))}
      onChange={(chosen) => chosen !== null && onChange(chosen)}
    />
  )
}
