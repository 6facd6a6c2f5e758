import { useState, type DragEvent } from 'react'
import type { Row } from '../rows'
import type { Aligner } from './useAligning'

/** Dragging rows of the tree with the mouse, for all rows at once: onto a row, or onto the head, which is the top. */
export function useDragging(rows: readonly Row[], aligner: Aligner) {
  const [over, setOver] = useState<string | null>(null)
  /** The row that something happens over; null: the head; undefined: neither. */
  const rowOf = ({ target }: DragEvent): Row | null | undefined => {
    if (!(target instanceof HTMLElement)) return undefined
    const element = target.closest<HTMLElement>('[role=row]')
    return element?.dataset.index === undefined ? element && null : rows[Number(element.dataset.index)]
  }
  const leave = () => setOver(null)
  return {
    over,
    handlers: {
      onDragStart: (event: DragEvent) => {
        const row = rowOf(event)
        if (!row || row.keyResult !== null) return
        event.dataTransfer.effectAllowed = 'move'
        event.dataTransfer.setData('text/plain', row.objective.title)
        aligner.take(row.objective)
      },
      onDragOver: (event: DragEvent) => {
        const row = rowOf(event)
        if (row === undefined || aligner.taken === null) return leave()
        event.preventDefault() // where it cannot be dropped it is told why
        event.dataTransfer.dropEffect = 'move'
        setOver(aligner.obstacle(row) === null ? (row?.id ?? HEAD) : null)
      },
      onDrop: (event: DragEvent) => {
        const row = rowOf(event)
        if (row === undefined) return
        event.preventDefault()
        leave()
        aligner.put(row)
      },
      onDragEnd: (event: DragEvent) => {
        leave()
        if (event.dataTransfer.dropEffect === 'none') aligner.leave()
      },
    },
  }
}

export const HEAD = 'head'
