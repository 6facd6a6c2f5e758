import { useRef, type KeyboardEvent } from 'react'
import type { Group } from './groups'
import { TaskRow } from './TaskRow'
import { useText } from './text'
import type { Undoable } from './UndoBar'

type TaskListProps = {
  groups: readonly Group[]
  open: string | undefined
  /** Who is named beside a task: whoever gave it, or whoever has it. */
  whose: 'giver' | 'assignee'
  onOpen: (ref: string) => void
  onDone: (last: Undoable) => void
}

/** Tasks by when they are due. Arrows go from one to the next, across the groups. */
export function TaskList({ groups, open, whose, onOpen, onDone }: TaskListProps) {
  const text = useText()
  const list = useRef<HTMLDivElement>(null)
  const rows = () => [...(list.current?.querySelectorAll<HTMLElement>('.task') ?? [])]
  const focus = (row: HTMLElement | undefined) => row?.querySelector<HTMLElement>('.task-title')?.focus()
  const at = () => rows().findIndex((it) => it.contains(document.activeElement))
  const step = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (by === 0 || at() < 0) return
    event.preventDefault()
    focus(rows()[at() + by])
  }
  // What is done goes: whoever was there by keyboard is not left nowhere.
  const goOn = () => {
    if (at() >= 0) focus(rows()[at() + 1] ?? rows()[at() - 1])
  }
  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- the keys of what is in it
    <div ref={list} onKeyDown={step}>
      {groups.map(({ when, tasks }) => (
        <section key={when} aria-label={text.when[when]}>
          <h2 className={when === 'overdue' ? 'tasks-when tasks-overdue' : 'tasks-when'}>
            {text.when[when]} <span className="mute">{tasks.length}</span>
          </h2>
          <ul className="lines">
            {tasks.map((it) => (
              <TaskRow
                key={it.id}
                task={it}
                open={it.id === open || it.ref === open}
                overdue={when === 'overdue'}
                whose={whose}
                onOpen={() => onOpen(it.ref)}
                onGoing={goOn}
                onDone={onDone}
              />
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}
