import { body, client, useCommand, type Schema } from '../../api'

export type ActionName =
  'activate' | 'submit' | 'approve' | 'sendBack' | 'close' | 'cancel' | 'reopen' | 'copy' | 'carryOver' | 'move'

/** What is said with an action; each takes its own part of it. */
export type Said = {
  words: string
  cycle: string | null
  title: string
  targets: Record<string, number>
  fitDays: boolean
}

/** Does it to an objective as it was seen: where somebody changed it meanwhile, nothing is done, and that is told. */
export function useAction(objective: Schema['Objective'], action: ActionName, onDone: (made: string) => void) {
  return useCommand(
    (said: Said, keyed) => {
      const path = { ref: objective.id }
      const params = { path, header: { ...keyed, 'If-Match': `"${objective.version}"` } }
      const reason = said.words
      switch (action) {
        case 'activate':
          return body<{ id: string }>(client.POST('/v1/objectives/{ref}/activate', { params, body: {} }))
        case 'submit':
          return body<{ id: string }>(client.POST('/v1/objectives/{ref}/submit', { params, body: { comment: reason } }))
        case 'approve':
          return body<{ id: string }>(
            client.POST('/v1/objectives/{ref}/approve', { params, body: { comment: reason } }),
          )
        case 'sendBack':
          return body<{ id: string }>(client.POST('/v1/objectives/{ref}/send-back', { params, body: { reason } }))
        case 'close':
          return body<{ id: string }>(client.POST('/v1/objectives/{ref}/close', { params, body: { outcome: reason } }))
        case 'cancel':
          return body<{ id: string }>(client.POST('/v1/objectives/{ref}/cancel', { params, body: { reason } }))
        case 'reopen':
          return body<{ id: string }>(client.POST('/v1/objectives/{ref}/reopen', { params, body: { reason } }))
        case 'move':
          return body<{ id: string }>(
            client.POST('/v1/objectives/{ref}/move', {
              params,
              body: { cycle: said.cycle ?? '', fit_days: said.fitDays },
            }),
          )
        case 'copy':
          return body<{ id: string }>(
            client.POST('/v1/objectives/{ref}/copy', {
              params: { path, header: keyed },
              body: { cycle: said.cycle, title: said.title },
            }),
          )
        case 'carryOver':
          return body<{ id: string }>(
            client.POST('/v1/objectives/{ref}/carry-over', {
              params: { path, header: keyed },
              body: { cycle: said.cycle ?? '', title: said.title, targets: said.targets },
            }),
          )
      }
    },
    (done) => onDone(done.id),
  )
}
