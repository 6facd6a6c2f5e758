import { body, client, useCommand, useGet, type Schema } from '../api'
import { dayAfter, useDay } from '../cycles'
import { useSession } from '../sign-in/session'
import { allowed, type Act } from './acts'
import { mondayOf } from './groups'
import type { TaskSearch } from './search'

export const MOST = 1000

/** Tasks that one has or gave, as the address wants them. */
export function useTasks({ whose, due, state, priority }: TaskSearch, limit: number) {
  const today = useDay()
  const until = { week: dayAfter(mondayOf(today), 6), overdue: dayAfter(today, -1) }
  return useGet('/v1/tasks', {
    query: {
      ...(whose === 'given' ? { given: true } : { mine: true }),
      state: [state ?? 'open'],
      sort: state === undefined ? 'due_day' : '-id',
      limit,
      ...(priority && { priority: [priority] }),
      ...(due && { due_to: until[due] }),
    },
  })
}

export function useTask(ref: string) {
  return useGet('/v1/tasks/{task}', { path: { task: ref } })
}

/** What the one who is signed in may do with a task. */
export function useAllowed() {
  const { session } = useSession()
  const admin = session?.roles.includes('admin') ?? false
  const me = session?.person?.id
  return { me, admin, of: (task: Schema['Task']) => allowed(task, me, admin) }
}

export type Done = { task: Schema['Task']; act: Act }

export function useAct(onDone: (done: Done) => void) {
  return useCommand(async ({ task, act }: Done, header) => {
    const params = { path: { task: task.id }, header }
    if (act === 'finish') await body(client.POST('/v1/tasks/{task}/finish', { params, body: {} }))
    if (act === 'reopen') await body(client.POST('/v1/tasks/{task}/reopen', { params, body: {} }))
    if (act === 'cancel') await body(client.POST('/v1/tasks/{task}/cancel', { params, body: {} }))
    return { task, act }
  }, onDone)
}

export function useGive(onDone: (made: { id: string }) => void) {
  return useCommand(
    (said: Schema['NewTask'], header) => body(client.POST('/v1/tasks', { params: { header }, body: said })),
    onDone,
  )
}

/** Changes a task as it was seen: where somebody changed it meanwhile, nothing is done, and that is told. */
export function useRevise({ id, version }: Schema['Task'], onDone: () => void) {
  return useCommand(
    (said: Schema['TaskChange'], keyed) =>
      body(
        client.PATCH('/v1/tasks/{task}', {
          params: { path: { task: id }, header: { ...keyed, 'If-Match': `"${version}"` } },
          body: said,
        }),
      ),
    onDone,
  )
}

/** One's own time of a week. */
export function useWeek(monday: string) {
  return useGet('/v1/effort', { query: { from: monday, to: dayAfter(monday, 6), limit: MOST } })
}

/** The time that was logged on a task, as far as one is told. */
export function useEffortOf(task: string) {
  return useGet('/v1/tasks/{task}/effort', { path: { task }, query: { limit: MOST } })
}

export function useLog(onDone: () => void) {
  return useCommand(
    ({ task, ...said }: Schema['NewEffort'] & { task: string }, header) =>
      body(client.POST('/v1/tasks/{task}/effort', { params: { path: { task }, header }, body: said })),
    onDone,
  )
}

export function useCorrect(effort: string, onDone: () => void) {
  return useCommand(
    (said: Schema['EffortCorrection'], header) =>
      body(client.POST('/v1/effort/{effort}/correction', { params: { path: { effort }, header }, body: said })),
    onDone,
  )
}

export function useRetract(onDone: (taken: Schema['Effort']) => void) {
  return useCommand(async (entry: Schema['Effort'], header) => {
    const params = { path: { effort: entry.id }, header }
    await body(client.POST('/v1/effort/{effort}/retraction', { params, body: {} }))
    return entry
  }, onDone)
}

/** Initiatives that still take work, by their words. */
export function useInitiatives(enabled: boolean) {
  return useGet(
    '/v1/initiatives',
    { query: { state: ['planned', 'running'], sort: 'title', limit: MOST } },
    { enabled },
  )
}
