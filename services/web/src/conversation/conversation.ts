import { useQuery } from '@tanstack/react-query'
import { body, client, get, useCommand, type Schema } from '../api'
import { useIsOneOf } from '../sign-in/roles'
import { useMayChange } from '../time-travel'

/** What is talked about. */
export type On = { kind: Schema['CommentedThing']['kind']; id: string }

const MOST = { limit: 200 }

const onObjective = (ref: string) => get('/v1/objectives/{ref}/comments', { path: { ref }, query: MOST })

function asked({ kind, id }: On): ReturnType<typeof onObjective> {
  const others = {
    objective: () => onObjective(id),
    key_result: () => get('/v1/key-results/{ref}/comments', { path: { ref: id }, query: MOST }),
    check_in: () => get('/v1/check-ins/{check_in}/comments', { path: { check_in: id }, query: MOST }),
  }
  return others[kind]() as ReturnType<typeof onObjective> // answered alike
}

/** What was said of something. */
export function useComments(on: On) {
  return useQuery(asked(on))
}

/** Says something of it. */
export function useSay({ kind, id }: On, onDone?: () => void) {
  return useCommand((said: Schema['NewComment'], header) => {
    const told = { header, path: { ref: id, check_in: id } }
    const sent = {
      objective: () => client.POST('/v1/objectives/{ref}/comments', { params: told, body: said }),
      key_result: () => client.POST('/v1/key-results/{ref}/comments', { params: told, body: said }),
      check_in: () => client.POST('/v1/check-ins/{check_in}/comments', { params: told, body: said }),
    }
    return body<unknown>(sent[kind]())
  }, onDone)
}

/** Whether one may say something: who has a role that changes something may, and nobody in the past. */
export function useMayTalk(): boolean {
  const present = useMayChange()
  return useIsOneOf('admin', 'champion', 'member') && present
}
