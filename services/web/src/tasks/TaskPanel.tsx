import { Button, CloseButton, Group, Loader, Stack, Title } from '@mantine/core'
import { useState } from 'react'
import type { Schema } from '../api'
import { useDay } from '../cycles'
import { useFormat } from '../i18n'
import { useMayChange } from '../time-travel'
import { ObjectiveLink, PersonLink, ProblemNotice, useUiText } from '../ui'
import { ACTS, undoing } from './acts'
import { EffortOfTask } from './EffortOfTask'
import { useAct, useAllowed, useTask } from './queries'
import { ReviseTask } from './ReviseTask'
import { useText } from './text'
import type { Undoable } from './UndoBar'

type TaskPanelProps = { task: string; onClose: () => void; onDone: (last: Undoable) => void }

/** One task: whose it is, what it is for, what may be done with it, and the time that it took. */
export function TaskPanel({ task: ref, onClose, onDone }: TaskPanelProps) {
  const text = useText()
  const ui = useUiText()
  const { data: task, error, refetch } = useTask(ref)
  const [changing, setChanging] = useState(false)
  return (
    <aside className="panel" aria-label={task?.title ?? text.task}>
      <Group justify="space-between" wrap="nowrap" align="start" mb="xs">
        <Title order={2} size="h4">
          {task?.title ?? text.task}
        </Title>
        <CloseButton aria-label={text.closePanel} onClick={onClose} />
      </Group>
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {task === undefined && error === null && <Loader aria-label={ui.loading} mx="auto" my="xl" />}
      {task !== undefined && (
        <Stack gap="lg">
          {changing ? (
            <ReviseTask task={task} onClose={() => setChanging(false)} />
          ) : (
            <>
              <Facts task={task} />
              <Acts key={task.state} task={task} onChange={() => setChanging(true)} onDone={onDone} />
            </>
          )}
          <EffortOfTask task={task} onRetracted={(entry) => onDone({ kind: 'retracted', entry })} />
        </Stack>
      )}
    </aside>
  )
}

function Facts({ task }: { task: Schema['Task'] }) {
  const text = useText()
  const format = useFormat()
  const today = useDay()
  const { serves, due_day } = task
  const overdue = task.state === 'open' && due_day !== null && due_day < today
  const due = due_day === null ? text.noDueDay : overdue ? text.since(format.day(due_day)) : format.day(due_day)
  return (
    <dl className="task-facts">
      <dt>{text.state}</dt>
      <dd>{task.done_on === null ? text.states[task.state] : text.doneOn(format.day(task.done_on))}</dd>
      <dt>{text.dueDay}</dt>
      <dd className={overdue ? 'overdue' : undefined}>{due}</dd>
      <dt>{text.priority}</dt>
      <dd>{text.priorities[task.priority]}</dd>
      <dt>{text.assignee}</dt>
      <dd>
        <PersonLink person={task.assignee} />
      </dd>
      <dt>{text.giver}</dt>
      <dd>
        <PersonLink person={task.giver} />
      </dd>
      <dt>{text.serves}</dt>
      <dd>
        {serves === null ? (
          text.servesNothing
        ) : (
          <>
            {[serves.initiative?.title, serves.key_result?.title].filter(Boolean).map((it) => (
              <span key={it}>{it} · </span>
            ))}
            <ObjectiveLink objective={serves.objective} />
            {serves.ended && <span className="mute"> {text.ended}</span>}
          </>
        )}
      </dd>
    </dl>
  )
}

type ActsProps = { task: Schema['Task']; onChange: () => void; onDone: (last: Undoable) => void }

function Acts({ task, onChange, onDone }: ActsProps) {
  const text = useText()
  const today = useDay()
  const mayChange = useMayChange()
  const { me, admin, of } = useAllowed()
  const may = of(task)
  const act = useAct((done) => onDone({ kind: 'act', done, back: undoing(task, done.act, today, me, admin) }))
  if (!mayChange) return null
  return (
    <div>
      <Group gap="xs">
        {ACTS.filter((it) => may[it]).map((it) => (
          <Button
            key={it}
            size="xs"
            variant={it === 'finish' ? 'filled' : 'default'}
            loading={act.isPending && act.variables.act === it}
            onClick={() => act.mutate({ task, act: it })}
          >
            {text.acts[it].name}
          </Button>
        ))}
        {may.change && (
          <Button size="xs" variant="default" onClick={onChange}>
            {text.change}
          </Button>
        )}
      </Group>
      <ProblemNotice error={act.error} />
    </div>
  )
}
