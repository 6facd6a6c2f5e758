import type { Schema } from '../api'

type Task = Schema['Task']

export const ACTS = ['finish', 'reopen', 'cancel'] as const
/** What becomes of a task. */
export type Act = (typeof ACTS)[number]

/** What may be done with a task: who has it and who gave it finish and reopen it; who gave it, and admins, change it and give it up. */
export function allowed(task: Task, me: string | undefined, admin: boolean) {
  const gave = me !== undefined && task.giver?.id === me
  const concerned = gave || (me !== undefined && task.assignee?.id === me)
  const open = task.state === 'open'
  return {
    finish: open && concerned,
    reopen: !open && concerned,
    cancel: open && (gave || admin),
    change: open && (gave || admin),
  }
}

/** What takes back what was done to a task, as it was before; null: nothing that one may do would leave it as it was. */
export function undoing(before: Task, act: Act, today: string, me: string | undefined, admin: boolean): Act | null {
  const after: Task = { ...before, state: act === 'finish' ? 'done' : act === 'cancel' ? 'cancelled' : 'open' }
  const may = allowed(after, me, admin)
  if (act !== 'reopen') return may.reopen ? 'reopen' : null
  if (before.state === 'cancelled') return may.cancel ? 'cancel' : null
  return may.finish && before.done_on === today ? 'finish' : null
}
