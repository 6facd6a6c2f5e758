import { Text } from '@mantine/core'
import type { Schema } from '../api'
import { useText } from './text'

/** What an objective is called by, and what it is: "T1-SALE1 · Team · Committed · Active". */
export function Reference({ objective }: { objective: Schema['Objective'] }) {
  const text = useText()
  const { ref, level, kind, state } = objective
  return (
    <Text size="sm" className="mute">
      {[ref, text.levels[level], text.kinds[kind], text.states[state]].join(' · ')}
    </Text>
  )
}
