import { ActionIcon } from '@mantine/core'
import { Circle, CircleCheck, RotateCcw } from 'lucide-react'
import type { Schema } from '../api'
import { useDay } from '../cycles'
import { useFormat } from '../i18n'
import { useMayChange } from '../time-travel'
import { PersonLink, ProblemNotice } from '../ui'
import { undoing, type Act } from './acts'
import { Priority } from './Priority'
import { useAct, useAllowed } from './queries'
import { useText } from './text'
import type { Undoable } from './UndoBar'

type TaskRowProps = {
  task: Schema['Task']
  open: boolean
  overdue: boolean
  whose: 'giver' | 'assignee'
  onOpen: () => void
  /** It is about to go from the list. */
  onGoing: () => void
  onDone: (last: Undoable) => void
}

/** A task in the list: finished or opened again by one key, opened by another. It shows at once what it becomes, and why it does not. */
export function TaskRow({ task, open, overdue, whose, onOpen, onGoing, onDone }: TaskRowProps) {
  const text = useText()
  const format = useFormat()
  const today = useDay()
  const mayChange = useMayChange()
  const { me, admin, of } = useAllowed()
  const may = of(task)
  const act = useAct((done) => onDone({ kind: 'act', done, back: undoing(task, done.act, today, me, admin) }))
  const does: Act | null = may.finish ? 'finish' : may.reopen ? 'reopen' : null
  const isDone = act.isPending ? does === 'finish' : task.state === 'done'
  const Icon = isDone ? CircleCheck : does === 'reopen' ? RotateCcw : Circle
  const day = task.done_on ?? task.due_day
  return (
    <li className={act.isPending ? 'line task task-going' : 'line task'}>
      {mayChange && does !== null ? (
        <ActionIcon
          variant="subtle"
          size={26}
          color={isDone ? 'teal' : 'gray'}
          aria-label={text.acts[does].of(task.title)}
          title={text.acts[does].name}
          aria-disabled={act.isPending}
          onClick={() => {
            if (act.isPending) return
            onGoing()
            act.mutate({ task, act: does })
          }}
        >
          <Icon size={17} />
        </ActionIcon>
      ) : (
        <Icon size={17} className="mute" aria-hidden />
      )}
      <div className="line-what">
        <button type="button" className="task-title" aria-pressed={open} onClick={onOpen}>
          {task.title}
        </button>
        <span className="line-about mute ellipsis">{servedBy(task)}</span>
        <ProblemNotice error={act.error} onRetry={() => does && act.mutate({ task, act: does })} />
      </div>
      <div className="task-meta">
        <Priority value={task.priority} />
        {day !== null && (
          <span className={overdue ? 'task-day overdue' : 'task-day mute'}>
            {overdue
              ? text.since(format.shortDay(day))
              : task.state === 'done'
                ? text.doneOn(format.shortDay(day))
                : format.shortDay(day)}
          </span>
        )}
        <span className="task-who">
          <span className="visually-hidden">{whose === 'giver' ? text.giver : text.assignee} </span>
          <PersonLink person={task[whose]} />
        </span>
      </div>
    </li>
  )
}

/** What it is for, the nearest thing first. */
function servedBy({ serves }: Schema['Task']): string {
  if (serves === null) return ''
  return [serves.initiative?.title, serves.key_result?.title, serves.objective.title].filter(Boolean).join(' · ')
}
