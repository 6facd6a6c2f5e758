import { Text } from '@mantine/core'
import { useGet, type Schema } from '../api'
import { useMayChange } from '../time-travel'
import { useBlockers } from './blockers'
import { KeyResult } from './KeyResult'
import { useText } from './text'

/** The key results of an objective, each with its trend over the days of the objective. */
export function KeyResults({ objective }: { objective: Schema['Objective'] }) {
  const text = useText()
  const mayChange = useMayChange()
  const series = useGet('/v1/objectives/{ref}/series', { path: { ref: objective.id }, query: { points: 150 } })
  const blockers = useBlockers(objective.key_results)
  if (objective.key_results.length === 0) return <Text className="mute">{text.none}</Text>
  return objective.key_results.map((it) => (
    <KeyResult
      key={it.id}
      keyResult={it}
      drafted={objective.state === 'draft'}
      checkable={mayChange && objective.state === 'active'}
      movable={
        mayChange &&
        !it.cancelled &&
        it.objective?.id === objective.id &&
        (objective.state === 'draft' || objective.state === 'active')
      }
      blockers={blockers.get(it.check_in_id ?? '')}
      trend={series.data?.key_results.find(({ key_result }) => key_result.id === it.id)?.points}
    />
  ))
}
