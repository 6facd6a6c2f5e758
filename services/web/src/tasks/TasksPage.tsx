import { Button, Kbd, Loader } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useDay } from '../cycles'
import { SavedViews } from '../saved-views/SavedViews'
import { useMayChange } from '../time-travel'
import { EmptyState, Page, ProblemNotice, useUiText } from '../ui'
import { Filters } from './Filters'
import { GiveTask } from './GiveTask'
import { byWhen } from './groups'
import { MOST, useAllowed, useTasks } from './queries'
import { EVERY, isFiltered, type TaskSearch } from './search'
import { TaskList } from './TaskList'
import { TaskPanel } from './TaskPanel'
import './tasks.css'
import { useText } from './text'
import { UndoBar, type Undoable } from './UndoBar'
import { Week } from './Week'

const PAGE = 100

/** What one has to do, or has given others to do; what one spends one's time on. */
export function TasksPage() {
  const text = useText()
  const ui = useUiText()
  const search = useSearch({ from: '/shell/tasks' })
  const navigate = useNavigate({ from: '/tasks' })
  const today = useDay()
  const mayChange = useMayChange()
  const { me } = useAllowed()
  const [shown, setShown] = useState(PAGE)
  const [giving, setGiving] = useState(false)
  const [last, setLast] = useState<Undoable | null>(null)
  const { data, error, refetch } = useTasks(search, shown)
  const change = (changed: Partial<TaskSearch>) => void navigate({ search: (before) => ({ ...before, ...changed }) })
  const open = (ref: string | undefined) => change({ open: ref })
  const give = () => setGiving(mayChange)
  useHotkeys([['alt+N', give, { usePhysicalKeys: true }]])
  // What one gave oneself stands among what one has.
  const tasks = (data?.items ?? []).filter((it) => search.whose === undefined || it.assignee?.id !== me)
  return (
    <div className={search.open === undefined ? 'beside' : 'beside beside-open'}>
      <Page
        title={text.title}
        actions={
          <>
            <SavedViews />
            {mayChange && (
              <Button size="xs" leftSection={<Plus size={14} aria-hidden />} onClick={give}>
                {text.give}
              </Button>
            )}
          </>
        }
      >
        <Filters search={search} onChange={change} />
        <ProblemNotice error={error} onRetry={() => void refetch()} />
        <div className="tasks">
          <div className="tasks-list">
            {data === undefined ? (
              error === null && <Loader aria-label={ui.loading} mx="auto" my="xl" />
            ) : tasks.length === 0 ? (
              <Nothing search={search} onEvery={() => change(EVERY)} onGive={mayChange ? give : undefined} />
            ) : (
              <TaskList
                groups={byWhen(tasks, today)}
                open={search.open}
                whose={search.whose === 'given' ? 'assignee' : 'giver'}
                onOpen={open}
                onDone={setLast}
              />
            )}
            {data !== undefined && data.next !== null && shown < MOST && (
              <Button size="xs" variant="default" my="sm" onClick={() => setShown(Math.min(MOST, shown + PAGE))}>
                {text.more}
              </Button>
            )}
            {mayChange && (
              <p className="tasks-keys mute">
                <Kbd size="xs">↑</Kbd> <Kbd size="xs">↓</Kbd> {text.keyGo} · <Kbd size="xs">Enter</Kbd> {text.keyOpen} ·{' '}
                <Kbd size="xs">Alt N</Kbd> {text.keyGive}
              </p>
            )}
          </div>
          <Week
            monday={search.week}
            onWeek={(week) => change({ week })}
            onOpen={open}
            onRetracted={(entry) => setLast({ kind: 'retracted', entry })}
          />
        </div>
      </Page>
      {search.open !== undefined && (
        <TaskPanel key={search.open} task={search.open} onClose={() => open(undefined)} onDone={setLast} />
      )}
      {last !== null && <UndoBar key={keyOf(last)} last={last} onClose={() => setLast(null)} />}
      <GiveTask
        opened={giving}
        onClose={() => setGiving(false)}
        onDone={(task, mine) => {
          setGiving(false)
          change({ ...EVERY, whose: mine ? undefined : 'given', open: task })
        }}
      />
    </div>
  )
}

function keyOf(last: Undoable): string {
  return last.kind === 'act' ? `${last.done.act} ${last.done.task.id}` : last.entry.id
}

type NothingProps = { search: TaskSearch; onEvery: () => void; onGive: (() => void) | undefined }

function Nothing({ search, onEvery, onGive }: NothingProps) {
  const text = useText()
  if (isFiltered(search)) {
    return (
      <EmptyState title={text.noneSo}>
        {text.noneSoNext}{' '}
        <Button size="compact-sm" variant="default" onClick={onEvery}>
          {text.showEvery}
        </Button>
      </EmptyState>
    )
  }
  const given = search.whose === 'given'
  return (
    <EmptyState title={given ? text.noneGiven : text.none}>
      {given ? text.noneGivenNext : text.noneNext}{' '}
      {onGive && (
        <Button size="compact-sm" variant="default" onClick={onGive}>
          {text.give}
        </Button>
      )}
    </EmptyState>
  )
}
