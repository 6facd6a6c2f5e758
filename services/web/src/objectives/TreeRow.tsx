import { ChevronDown, ChevronRight } from 'lucide-react'
import { Person, Progress, Status } from '../ui'
import type { Row } from './rows'
import { useText } from './text'

type TreeRowProps = {
  row: Row
  index: number
  top: number
  focusable: boolean
  selected: boolean
  onFocus: () => void
  onOpen: (id: string) => void
  onTurn: (open: boolean) => void
}

/** An objective in the tree. */
export function TreeRow({ row, index, top, focusable, selected, onFocus, onOpen, onTurn }: TreeRowProps) {
  const text = useText()
  const { objective, level, place, siblings, open } = row
  return (
    // Its keys are the grid's.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      role="row"
      className="tree-row"
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
      </div>
      <div role="gridcell" className="ellipsis">
        <Person person={objective.owner} />
      </div>
      <div role="gridcell" className="ellipsis">
        {objective.team?.name}
      </div>
      <div role="gridcell">
        <Status value={objective.status} />
      </div>
      <div role="gridcell">
        <Progress value={objective.progress} />
      </div>
    </div>
  )
}
