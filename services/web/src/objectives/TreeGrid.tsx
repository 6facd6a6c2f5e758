import { useMediaQuery } from '@mantine/hooks'
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef, type CSSProperties } from 'react'
import type { Schema } from '../api'
import { useLanguage } from '../i18n'
import { EmptyState, usePrinting } from '../ui'
import { AlignBar } from './aligning/AlignBar'
import type { Aligner } from './aligning/useAligning'
import { HEAD, useDragging } from './aligning/useDragging'
import { COLUMNS, COMPARED, inOrder, type Column, type Sort } from './columns'
import type { Difference } from './difference'
import { KeyResultRow } from './KeyResultRow'
import { rowsOf, type Row } from './rows'
import { useText } from './text'
import type { RowProps } from './RowFrame'
import { TreeHead } from './TreeHead'
import { TreeRow } from './TreeRow'
import type { Opened } from './useOpened'
import { useCheckingIn } from './useCheckingIn'
import { useSteady } from './useSteady'
import { useTreeKeys } from './useTreeKeys'

const ROW_HEIGHT = 40

type TreeGridProps = {
  objectives: readonly Schema['TreeObjective'][]
  opened: Opened
  aligner: Aligner
  filter?: (it: Schema['TreeObjective']) => boolean
  difference: Difference | null
  columns: readonly Column[]
  sort: Sort | null
  onSort: (by: Sort['by']) => void
  selected: string | undefined
  onOpen: (id: string) => void
}

/** The tree as an accessible tree grid. Only the rows in sight are made, so that ten thousand scroll as ten do. */
export function TreeGrid(props: TreeGridProps) {
  const { objectives, opened, aligner, filter, difference, sort, onSort, selected, onOpen } = props
  const text = useText()
  const language = useLanguage()
  const box = useRef<HTMLDivElement>(null)
  const rows = useMemo(
    () => rowsOf(objectives, opened.isOpen, filter, sort ? inOrder(sort, language) : undefined, opened.keyResultsOf),
    [objectives, opened.isOpen, opened.keyResultsOf, filter, sort, language],
  )
  const printing = usePrinting()
  const columns = useColumnsThatFit(props.columns, selected !== undefined, printing)
  const checkingIn = useCheckingIn()
  const edited = checkingIn.at === null ? -1 : rows.findIndex((it) => it.id === checkingIn.at)
  // The compiler leaves this component as it is: the virtualizer's functions give something else each time.
  // eslint-disable-next-line react-hooks/incompatible-library
  const visible = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    rangeExtractor: (range) => (printing ? [...rows.keys()] : withRow(edited, defaultRangeExtractor(range))),
  })
  const focus = (index: number) => {
    visible.scrollToIndex(index)
    requestAnimationFrame(() => {
      const row = box.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)
      if (row?.contains(document.activeElement)) return // one has begun to type in it already
      row?.focus({ preventScroll: true })
    })
  }
  const edit = (row: Row) => {
    if (row.keyResult === null) opened.showKeyResults(row.id)
    else checkingIn.begin(row)
  }
  const choose = (row: Row) => {
    if (aligner.taken !== null) aligner.put(row)
    else onOpen(row.objective.id)
  }
  const { focused, setFocused, onKeyDown } = useTreeKeys(rows, {
    onEnter: (row) => (aligner.taken === null && row.keyResult !== null ? edit(row) : choose(row)),
    onEdit: edit,
    onCut: (row) => row.keyResult === null && aligner.take(row.objective),
    onPaste: aligner.put,
    onEscape: aligner.leave,
    setOpened: opened.set,
    onFocus: focus,
  })
  const dragging = useDragging(rows, aligner)
  const acts = useSteady({
    onFocus: setFocused,
    onChoose: choose,
    onTurn: (id: string, open: boolean) => opened.set([id], open),
    onCheckIn: (row: Row, index: number, begin: boolean) => {
      if (begin) return checkingIn.begin(row)
      checkingIn.end()
      focus(index)
    },
  })

  if (rows.length === 0) return <EmptyState title={text.noMatch}>{text.noMatchNext}</EmptyState>
  const widths = columns.map((it) => `${(difference && COMPARED[it]) ?? COLUMNS[it]}px`).join(' ')
  return (
    <>
      {/* A tree grid takes keys for the row that has the focus. */}
      {/* eslint-disable-next-line jsx-a11y/interactive-supports-focus */}
      <div
        className="tree"
        role="treegrid"
        aria-label={text.title}
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length + 1}
        style={{ '--columns': widths } as CSSProperties}
        onKeyDown={onKeyDown}
        {...dragging.handlers}
      >
        <TreeHead columns={columns} sort={sort} onSort={onSort} target={dragging.over === HEAD} />
        <div ref={box} className="tree-body" role="rowgroup">
          <div role="presentation" style={{ height: visible.getTotalSize(), position: 'relative' }}>
            {visible.getVirtualItems().map(({ index, start }) => {
              const row = rows[index]
              if (row === undefined) return null
              const frame: Omit<RowProps, 'selected'> = {
                row,
                index,
                top: start,
                focusable: index === focused,
                draggable: row.keyResult === null && aligner.isTakable(row.objective),
                mark: row.id === aligner.taken?.id ? 'taken' : row.id === dragging.over ? 'target' : null,
                acts,
              }
              return row.keyResult === null ? (
                <TreeRow
                  key={row.id}
                  {...frame}
                  columns={columns}
                  difference={difference}
                  selected={row.id === selected}
                />
              ) : (
                <KeyResultRow
                  key={row.id}
                  {...frame}
                  keyResult={row.keyResult}
                  columns={columns}
                  selected={false}
                  checkable={checkingIn.isCheckable(row)}
                  checkingIn={row.id === checkingIn.at}
                />
              )
            })}
          </div>
        </div>
      </div>
      <AlignBar aligner={aligner} />
    </>
  )
}

/** The rows in sight and the one that is edited, which has to stay where it is scrolled out of sight. */
function withRow(edited: number, visible: number[]): number[] {
  return edited < 0 || visible.includes(edited) ? visible : [...visible, edited].sort((a, b) => a - b)
}

/** The columns that there is room for: beside an open objective the numbers, on a phone the progress, on paper all. */
function useColumnsThatFit(columns: readonly Column[], split: boolean, printing: boolean): readonly Column[] {
  const narrow = useMediaQuery('(max-width: 899px)', undefined, { getInitialValueInEffect: false })
  return useMemo(() => {
    if (printing) return columns
    const kept = narrow ? ['progress'] : split ? ['status', 'progress'] : columns
    const fitting = columns.filter((it) => kept.includes(it))
    return fitting.length === 0 ? columns.slice(0, 1) : fitting
  }, [columns, narrow, split, printing])
}
