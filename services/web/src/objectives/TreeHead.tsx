import { ArrowDown, ArrowUp } from 'lucide-react'
import type { Column, Sort } from './columns'
import { useText } from './text'

type TreeHeadProps = {
  columns: readonly Column[]
  sort: Sort | null
  onSort: (by: Sort['by']) => void
  target: boolean
}

/** The names of the columns; each sorts what stands beside each other, wherever it stands in the tree. */
export function TreeHead({ columns, sort, onSort, target }: TreeHeadProps) {
  const text = useText()
  return (
    <div role="rowgroup">
      <div className={`tree-row tree-head${target ? ' tree-row-target' : ''}`} role="row" aria-rowindex={1}>
        {(['title', ...columns] as const).map((by) => {
          const mine = sort?.by === by ? sort : null
          const name = by === 'title' ? text.objective : text.columns[by]
          return (
            <div
              role="columnheader"
              key={by}
              aria-sort={mine === null ? undefined : mine.descending ? 'descending' : 'ascending'}
            >
              <button type="button" className="tree-sort" title={text.sortBy(name)} onClick={() => onSort(by)}>
                <span className="ellipsis">{name}</span>
                {mine !== null && (mine.descending ? <ArrowDown size={13} /> : <ArrowUp size={13} />)}
              </button>
            </div>
          )
        })}
      </div>
    </div>
  )
}
