import { Text } from '@mantine/core'
import type { Schema } from '../../api'
import { overlapping } from './proposals'
import { useText } from './text'

type AroundProps = { days: { first_day: string; last_day: string }; cycles: readonly Schema['Cycle'][] }

/** Which other cycles share days with one: they may. */
export function Around({ days, cycles }: AroundProps) {
  const text = useText()
  const others = overlapping(days, cycles)
  if (others.length === 0) return null
  return (
    <Text size="xs" className="mute" role="status">
      {text.overlaps(others.map((it) => it.name).join(', '))}
    </Text>
  )
}
