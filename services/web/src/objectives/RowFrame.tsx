import type { ReactNode } from 'react'
import type { Row } from './rows'

export type RowProps = {
  row: Row
  index: number
  top: number
  focusable: boolean
  selected: boolean
  /** That it was taken to be put elsewhere, or may be put here. */
  mark: 'taken' | 'target' | null
  draggable: boolean
  /** Always the same ones, so that a row is drawn anew only when something of it is different. */
  acts: RowActs
}

export type RowActs = {
  onFocus: (index: number) => void
  onChoose: (row: Row) => void
  onTurn: (id: string, open: boolean) => void
  onCheckIn: (row: Row, index: number, begin: boolean) => void
}

/** A row of the grid, whatever stands in it. Its keys and what is dragged are the grid's. */
export function RowFrame(props: RowProps & { className: string; children: ReactNode }) {
  const { row, index, top, focusable, selected, mark, className, draggable, acts, children } = props
  return (
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      role="row"
      className={`tree-row${className}${mark === null ? '' : ` tree-row-${mark}`}`}
      data-index={index}
      style={{ transform: `translateY(${top}px)` }}
      tabIndex={focusable ? 0 : -1}
      aria-rowindex={index + 2}
      aria-level={row.level}
      aria-posinset={row.place}
      aria-setsize={row.siblings}
      aria-expanded={row.open ?? undefined}
      aria-selected={selected}
      draggable={draggable}
      onFocus={() => acts.onFocus(index)}
      onClick={() => acts.onChoose(row)}
    >
      {children}
    </div>
  )
}
