import { body, client, useCommand, useGet, type Schema } from '../api'
import { useIsOneOf } from '../sign-in/roles'
import { useMayChange } from '../time-travel'

type Said<Body> = Body & { version: number }

export function useBoard() {
  return useGet('/v1/vision', {})
}

/** What a pillar comes to in a cycle, and by which objectives. */
export function usePillarProgress(pillar: string, cycle: string | undefined) {
  return useGet('/v1/pillars/{pillar}/progress', { path: { pillar }, query: cycle === undefined ? {} : { cycle } })
}

/** Whether the one who is signed in may change the board; nobody in the past. */
export function useMayEdit(): boolean {
  const present = useMayChange()
  return useIsOneOf('admin') && present
}

/** What somebody else changed meanwhile is not written over: the version that one has seen goes along. */
const seen = (version: number) => (version > 0 ? { 'If-Match': `"${version}"` } : {})

export function useStateBoard(onDone: () => void) {
  return useCommand(
    ({ version, ...said }: Said<Schema['Statement']>, header) =>
      body(client.PATCH('/v1/vision', { params: { header: { ...header, ...seen(version) } }, body: said })),
    onDone,
  )
}

export function useAddPillar(onDone: () => void) {
  return useCommand(
    ({ version, ...said }: Said<Schema['NewPillar']>, header) =>
      body(client.POST('/v1/pillars', { params: { header: { ...header, ...seen(version) } }, body: said })),
    onDone,
  )
}

export function useChangePillar(pillar: string, onDone?: () => void) {
  return useCommand(
    ({ version, ...said }: Said<Schema['PillarChange']>, header) =>
      body(
        client.PATCH('/v1/pillars/{pillar}', {
          params: { path: { pillar }, header: { ...header, ...seen(version) } },
          body: said,
        }),
      ),
    onDone,
  )
}

export function useRemovePillar(pillar: string) {
  return useCommand(({ version }: { version: number }, header) =>
    body(
      client.DELETE('/v1/pillars/{pillar}', {
        params: { path: { pillar }, header: { ...header, ...seen(version) } },
      }),
    ),
  )
}
