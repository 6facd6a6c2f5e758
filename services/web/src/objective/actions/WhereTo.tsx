import { Checkbox } from '@mantine/core'
import { Problem, type Schema } from '../../api'
import { useText } from '../text'
import { CycleField } from './CycleField'
import type { Said } from './useAction'

type WhereToProps = {
  objective: Schema['Objective']
  said: Said
  error: Error | null
  onChange: (said: Said) => void
}

/** The cycle that an objective is moved to; where days of it stand in the way, which are named, whether they shall be cut. */
export function WhereTo({ objective, said, error, onChange }: WhereToProps) {
  const text = useText()
  const outside = error instanceof Problem && error.reason === 'DAYS_OUTSIDE'
  return (
    <>
      <CycleField
        first
        without={objective.cycle.id}
        value={said.cycle}
        onChange={(cycle) => onChange({ ...said, cycle, fitDays: false })}
      />
      {(outside || said.fitDays) && (
        <Checkbox
          label={text.actions.fitDays}
          description={text.actions.fitDaysWhy}
          checked={said.fitDays}
          onChange={(event) => onChange({ ...said, fitDays: event.currentTarget.checked })}
        />
      )}
    </>
  )
}
