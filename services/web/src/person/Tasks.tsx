import { Link } from '@tanstack/react-router'
import type { Schema } from '../api'
import { useDay } from '../cycles'
import { useFormat } from '../i18n'
import { Card, ObjectiveLink, PersonLink } from '../ui'
import { useText } from './text'

type TasksProps = {
  title: string
  tasks: readonly Schema['Task'][]
  none: string
  /** Who is named beside a task: whoever gave it, or whoever has it. */
  whose: 'giver' | 'assignee'
}

/** Open tasks: first those that are due first. */
export function Tasks({ title, tasks, none, whose }: TasksProps) {
  const text = useText()
  const format = useFormat()
  const day = useDay()
  return (
    <Card title={title}>
      {tasks.length === 0 && <p className="mute">{none}</p>}
      <ul className="lines">
        {tasks.map((it) => (
          <li className="line" key={it.id}>
            <span className="line-what">
              <Link to="/tasks" search={{ open: it.ref }}>
                {it.title}
              </Link>
              <span className="line-about mute">
                {it.serves?.objective && <ObjectiveLink objective={it.serves.objective} />}
              </span>
            </span>
            {it.due_day !== null && (
              <span className={it.due_day < day ? 'overdue' : 'mute'}>
                {it.due_day < day ? text.overdue(format.day(it.due_day)) : format.day(it.due_day)}
              </span>
            )}
            <PersonLink person={it[whose]} />
          </li>
        ))}
      </ul>
    </Card>
  )
}
