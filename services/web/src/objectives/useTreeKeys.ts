import { useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { flushSync } from 'react-dom'
import { parentOf, rowIdOf, titleOf, type Row } from './rows'

/** Milliseconds after which what is typed begins anew. */
const PAUSE = 700

type Acts = {
  /** What is done with a row usually. */
  onEnter: (row: Row) => void
  /** Edits a row, as in a spreadsheet: of a key result its check-in. */
  onEdit: (row: Row) => void
  /** Takes a row to put it elsewhere, puts there what was taken, or lets it be; as files are moved. */
  onCut: (row: Row) => void
  onPaste: (row: Row) => void
  onEscape: () => void
  setOpened: (ids: readonly string[], open: boolean) => void
  onFocus: (index: number) => void
}

/** The keys of a file tree: up and down, home and end; right opens and goes in, left closes and goes out; `*` opens all beside it; letters go to the next title that begins so; Enter does what is usual, F2 and a digit edit, Ctrl-X takes and Ctrl-V puts. */
export function useTreeKeys(
  rows: readonly Row[],
  { onEnter, onEdit, onCut, onPaste, onEscape, setOpened, onFocus }: Acts,
) {
  const [at, setAt] = useState({ id: '', index: 0 })
  const typed = useRef({ text: '', at: 0 })
  const focused = useMemo(() => indexOf(rows, at), [rows, at])
  const setFocused = (index: number) => setAt({ id: rows[index]?.id ?? '', index })
  const go = (index: number) => {
    const target = Math.max(0, Math.min(rows.length - 1, index))
    setFocused(target)
    onFocus(target)
  }
  const typing = (event: KeyboardEvent) => {
    if (event.key.length !== 1 || event.key === ' ' || event.ctrlKey || event.metaKey || event.altKey) return undefined
    const now = Date.now()
    typed.current = {
      text: (now - typed.current.at < PAUSE ? typed.current.text : '') + event.key.toLowerCase(),
      at: now,
    }
    const { text } = typed.current
    const from = text.length === 1 ? focused + 1 : focused
    const turn = [...rows.keys()].map((index) => (from + index) % rows.length)
    const next = turn.find((index) => titleAt(rows, index).startsWith(text))
    return next === undefined ? undefined : () => go(next)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[focused]
    if (row === undefined || !(event.target instanceof HTMLElement) || event.target.role !== 'row') return
    const acts: Record<string, () => void> = {
      ArrowDown: () => go(focused + 1),
      ArrowUp: () => go(focused - 1),
      PageDown: () => go(focused + 15),
      PageUp: () => go(focused - 15),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      ArrowRight: () => {
        if (row.open === false) setOpened([row.objective.id], true)
        else if (row.open) go(focused + 1)
      },
      ArrowLeft: () => {
        const parent = row.keyResult === null ? parentOf(row.objective) : row.objective.id
        const above = rows.findIndex((it) => it.id === parent)
        if (row.open) setOpened([row.objective.id], false)
        else if (above >= 0) go(above)
      },
      '*': () => {
        const beside = rows.filter((it) => it.level === row.level && it.open === false)
        setOpened(
          beside.map((it) => it.objective.id),
          true,
        )
      },
      Enter: () => onEnter(row),
      Escape: onEscape,
      F2: () => {
        onEdit(row)
        const first = row.objective.key_results[0]
        if (row.keyResult !== null || first === undefined) return
        setAt({ id: rowIdOf(row.objective, first), index: focused + 1 })
        onFocus(focused + 1)
      },
    }
    if (row.keyResult !== null && isFigure(event)) {
      flushSync(() => onEdit(row)) // what was typed then goes into the field that has the focus now
      return
    }
    const moving: Record<string, () => void> = { x: () => onCut(row), v: () => onPaste(row) }
    const act = event.ctrlKey || event.metaKey ? moving[event.key] : (acts[event.key] ?? typing(event))
    if (act === undefined) return
    event.preventDefault()
    act()
  }
  return { focused, setFocused, onKeyDown }
}

const titleAt = (rows: readonly Row[], index: number) => {
  const row = rows[index]
  return row === undefined ? '' : titleOf(row).toLowerCase()
}

const isFigure = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent) =>
  /^[-\d]$/.test(key) && !ctrlKey && !metaKey && !altKey

/** Where a row is that may have come to stand elsewhere; where it is gone, what stands in its place. */
function indexOf(rows: readonly Row[], { id, index }: { id: string; index: number }): number {
  if (rows[index]?.id === id) return index
  const found = rows.findIndex((it) => it.id === id)
  return found >= 0 ? found : Math.min(index, Math.max(0, rows.length - 1))
}
