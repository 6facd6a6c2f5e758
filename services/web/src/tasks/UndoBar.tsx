import { Button, CloseButton, Kbd } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import type { Schema } from '../api'
import { ProblemNotice } from '../ui'
import type { Act } from './acts'
import { useAct, useLog, type Done } from './queries'
import { useText } from './text'

/** What was just done, and what takes it back; nothing where it would not be the same as before. */
export type Undoable = { kind: 'act'; done: Done; back: Act | null } | { kind: 'retracted'; entry: Schema['Effort'] }

/** Says what was just done, and takes it back at a key. */
export function UndoBar({ last, onClose }: { last: Undoable; onClose: () => void }) {
  const text = useText()
  const act = useAct(onClose)
  const log = useLog(onClose)
  const undo = undoOf(last, act.mutate, log.mutate)
  const pending = act.isPending || log.isPending
  useHotkeys([['mod+Z', () => !pending && undo?.()]])
  return (
    <div className="act-bar">
      <span role="status">
        {last.kind === 'act' ? text.acts[last.done.act].done(last.done.task.title) : text.retracted}
      </span>
      {undo !== null && (
        <Button size="compact-sm" variant="default" loading={pending} onClick={undo}>
          {text.undo}
          <Kbd size="xs" ml={6}>
            Ctrl Z
          </Kbd>
        </Button>
      )}
      <CloseButton size="sm" aria-label={text.close} onClick={onClose} />
      <ProblemNotice error={act.error ?? log.error} />
    </div>
  )
}

function undoOf(
  last: Undoable,
  act: (back: Done) => void,
  log: (again: Schema['NewEffort'] & { task: string }) => void,
): (() => void) | null {
  if (last.kind === 'act') {
    const { done, back } = last
    return back && (() => act({ task: done.task, act: back }))
  }
  const { task, minutes, day, note } = last.entry
  return task && (() => log({ task: task.id, minutes, day, note }))
}
