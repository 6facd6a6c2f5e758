import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef, useState } from 'react'
import type { Schema } from '../api'
import { EmptyState } from '../ui'
import { rowsOf } from './rows'
import { useText } from './text'
import { TreeRow } from './TreeRow'
import { useTreeKeys } from './useTreeKeys'

const ROW_HEIGHT = 40

type TreeGridProps = {
  objectives: readonly Schema['TreeObjective'][]
  filter?: (it: Schema['TreeObjective']) => boolean
  selected: string | undefined
  onOpen: (id: string) => void
}

/** The tree as an accessible tree grid. Only the rows in sight are made, so that ten thousand scroll as ten do. */
export function TreeGrid({ objectives, filter, selected, onOpen }: TreeGridProps) {
  const text = useText()
  const box = useRef<HTMLDivElement>(null)
  const [turned, setTurned] = useState<ReadonlyMap<string, boolean>>(new Map())
  const setOpened = (id: string, open: boolean) => setTurned((before) => new Map(before).set(id, open))
  const levels = useMemo(() => new Map(objectives.map((it) => [it.id, it.level])), [objectives])
  const rows = useMemo(
    () => rowsOf(objectives, (id) => turned.get(id) ?? levels.get(id) !== 'individual', filter),
    [objectives, turned, levels, filter],
  )
  // The compiler leaves this component as it is: the virtualizer's functions give something else each time.
  // eslint-disable-next-line react-hooks/incompatible-library
  const visible = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  })
  const focus = (index: number) => {
    visible.scrollToIndex(index)
    requestAnimationFrame(() =>
      box.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus({ preventScroll: true }),
    )
  }
  const { focused, setFocused, onKeyDown } = useTreeKeys(rows, { onOpen, setOpened, onFocus: focus })

  if (rows.length === 0) return <EmptyState title={text.noMatch}>{text.noMatchNext}</EmptyState>
  return (
    // A tree grid takes keys for the row that has the focus.
    // eslint-disable-next-line jsx-a11y/interactive-supports-focus
    <div
      className="tree"
      role="treegrid"
      aria-label={text.title}
      aria-rowcount={rows.length + 1}
      aria-colcount={5}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup">
        <div className="tree-row tree-head" role="row" aria-rowindex={1}>
          {[text.objective, text.owner, text.team, text.status, text.progress].map((name) => (
            <div role="columnheader" key={name}>
              {name}
            </div>
          ))}
        </div>
      </div>
      <div ref={box} className="tree-body" role="rowgroup">
        <div role="presentation" style={{ height: visible.getTotalSize(), position: 'relative' }}>
          {visible.getVirtualItems().map(({ index, start }) => {
            const row = rows[index]
            return (
              row && (
                <TreeRow
                  key={row.objective.id}
                  row={row}
                  index={index}
                  top={start}
                  focusable={index === focused}
                  selected={row.objective.id === selected}
                  onFocus={() => setFocused(index)}
                  onOpen={onOpen}
                  onTurn={(open) => setOpened(row.objective.id, open)}
                />
              )
            )
          })}
        </div>
      </div>
    </div>
  )
}
