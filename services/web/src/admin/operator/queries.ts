import { body, client, useCommand, useGet, type Schema } from '../../api'

export function useStatus() {
  return useGet('/v1/status', {})
}

/** Messages that could not be consumed: an admin and an auditor are told of their company’s, the operator of everybody’s. */
export function useDeadLetters() {
  return useGet('/v1/dead-letters', { query: { limit: 200 } })
}

/** Hands dead letters to their consumers once more: those of one service, or all. */
export function useReplay() {
  return useCommand((said: { service: Schema['DeadLetter']['service']; ids: number[] } | null) =>
    body(client.POST('/v1/dead-letters/replay', { body: said ?? {} })),
  )
}
