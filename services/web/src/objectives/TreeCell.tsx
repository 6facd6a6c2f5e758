import type { Schema } from '../api'
import { useFormat } from '../i18n'
import { Person } from '../ui'
import type { Column } from './columns'
import type { Change } from './difference'
import { SinceProgress, SinceStatus } from './Since'

type TreeCellProps = { column: Column; objective: Schema['TreeObjective']; change: Change | undefined }

/** What a column says of an objective; where it became something else since then, that too. */
export function TreeCell({ column, objective, change }: TreeCellProps) {
  const format = useFormat()
  const then = change === undefined ? objective : change.then
  const share = (value: number | null) => (value === null ? null : format.percent(value))
  switch (column) {
    case 'ref':
      return objective.ref
    case 'owner':
      return <Person person={objective.owner} />
    case 'team':
      return objective.team?.name
    case 'status':
      return <SinceStatus then={then} change={change} />
    case 'progress':
      return <SinceProgress then={then} change={change} />
    case 'pace':
      return share(objective.pace)
    case 'confidence':
      return objective.confidence === null ? null : format.number(objective.confidence)
    case 'coverage':
      return share(objective.coverage)
    case 'key_results':
      return format.number(objective.key_results.length)
    case 'grade':
      return objective.grade === null ? null : format.number(objective.grade)
  }
}
