import { useQueries } from '@tanstack/react-query'
import { body, client, get, useCommand, useLooked, type Schema } from '../../api'

const AT_ONCE = 10 // cycles that the gateway compares in one answer

type Cycle = Schema['Cycle']

/** What the objectives of cycles come to, by the id of each. */
export function useFigures(cycles: readonly Cycle[]): ReadonlyMap<string, Schema['CycleFigures']> {
  const looked = useLooked()
  const parts = Array.from({ length: Math.ceil(cycles.length / AT_ONCE) }, (_, part) =>
    cycles.slice(part * AT_ONCE, (part + 1) * AT_ONCE).map((it) => it.id),
  )
  const asked = useQueries({
    queries: parts.map((cycle) => get('/v1/cycle-comparison', { query: { cycle } }, looked)),
  })
  return new Map(asked.flatMap((it) => it.data?.cycles ?? []).map((it) => [it.cycle.id, it]))
}

export function useDefineCycle(onDone: (made: { id: string }) => void) {
  return useCommand(
    (said: Schema['NewCycle'], header) => body(client.POST('/v1/cycles', { params: { header }, body: said })),
    onDone,
  )
}

/** Changes a cycle as it was seen: where somebody changed it meanwhile, nothing is done, and that is told. */
export function useReviseCycle(cycle: Cycle, onDone: () => void) {
  return useCommand(
    (said: Schema['CycleChange'], header) =>
      body(client.PATCH('/v1/cycles/{cycle}', { params: seen(cycle, header), body: said })),
    onDone,
  )
}

function seen({ id, version }: Cycle, header: { 'Idempotency-Key': string }) {
  return { path: { cycle: id }, header: { ...header, 'If-Match': `"${version}"` } }
}
