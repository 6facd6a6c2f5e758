import { ChevronDown, ChevronRight } from 'lucide-react'
import { memo } from 'react'
import type { Column } from './columns'
import type { Difference } from './difference'
import { RowFrame, type RowProps } from './RowFrame'
import { SinceTitle } from './Since'
import { useText } from './text'
import { TreeCell } from './TreeCell'

type TreeRowProps = RowProps & {
  columns: readonly Column[]
  difference: Difference | null
}

/** An objective in the tree. */
export const TreeRow = memo(function TreeRow({ columns, difference, ...frame }: TreeRowProps) {
  const text = useText()
  const { objective, level, open } = frame.row
  const change = difference?.changes.get(objective.id)
  const whether = change?.then === null ? ' tree-row-appeared' : change?.now === null ? ' tree-row-gone' : ''
  return (
    <RowFrame {...frame} className={whether}>
      <div role="gridcell" className="tree-title" style={{ paddingLeft: (level - 1) * 20 }}>
        {open === null ? (
          <span className="tree-turn" />
        ) : (
          <button
            type="button"
            tabIndex={-1}
            className="tree-turn"
            aria-label={open ? text.close(objective.title) : text.open(objective.title)}
            onClick={(event) => {
              event.stopPropagation()
              frame.acts.onTurn(objective.id, !open)
            }}
          >
            {open ? <ChevronDown size={15} /> : <ChevronRight size={15} />}
          </button>
        )}
        <span className={`tree-level tree-level-${objective.level}`} title={text.levels[objective.level]} aria-hidden />
        <span className="ellipsis">{objective.title}</span>
        {objective.state !== 'active' && <span className="mute tree-state">{text.states[objective.state]}</span>}
        <SinceTitle change={change} />
      </div>
      {columns.map((it) => (
        <div role="gridcell" key={it} className={`tree-cell-${it} ellipsis`}>
          <TreeCell column={it} objective={objective} change={change} />
        </div>
      ))}
    </RowFrame>
  )
})
