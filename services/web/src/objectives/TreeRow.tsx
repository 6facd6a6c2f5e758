import { ChevronDown, ChevronRight } from 'lucide-react'
import type { Column } from './columns'
import type { Difference } from './difference'
import type { Row } from './rows'
import { SinceTitle } from './Since'
import { useText } from './text'
import { TreeCell } from './TreeCell'

type TreeRowProps = {
  row: Row
  columns: readonly Column[]
  difference: Difference | null
  index: number
  top: number
  focusable: boolean
  selected: boolean
  onFocus: () => void
  onOpen: (id: string) => void
  onTurn: (open: boolean) => void
}

/** An objective in the tree. */
export function TreeRow(props: TreeRowProps) {
  const { row, columns, difference, index, top, focusable, selected, onFocus, onOpen, onTurn } = props
  const text = useText()
  const { objective, level, place, siblings, open } = row
  const change = difference?.changes.get(objective.id)
  const whether = change?.then === null ? ' tree-row-appeared' : change?.now === null ? ' tree-row-gone' : ''
  return (
    // Its keys are the grid's.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      role="row"
      className={`tree-row${whether}`}
      data-index={index}
      style={{ transform: `translateY(${top}px)` }}
      tabIndex={focusable ? 0 : -1}
      aria-rowindex={index + 2}
      aria-level={level}
      aria-posinset={place}
      aria-setsize={siblings}
      aria-expanded={open ?? undefined}
      aria-selected={selected}
      onFocus={onFocus}
      onClick={() => onOpen(objective.id)}
    >
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
              onTurn(!open)
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
    </div>
  )
}
