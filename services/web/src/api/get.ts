import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { body, client } from './client'
import { instantsFor, useLooked, type Instants } from './instants'
import type { paths } from './schema'

type Get<Path extends keyof paths> = paths[Path] extends { get: infer Operation } ? Operation : never
export type GetPath = {
  [Path in keyof paths]: paths[Path] extends { get: { responses: object } } ? Path : never
}[keyof paths]
export type Answer<Path extends GetPath> =
  Get<Path> extends { responses: { 200: { content: { 'application/json': infer Body } } } } ? Body : never
type Parameters<Path extends GetPath> =
  Get<Path> extends { parameters: infer All } ? Omit<All, 'header' | 'cookie'> : object

/**
 * A question to the gateway, for `useQuery` and for loaders. It bears the instants that it is asked of, as its key does: the past is cached as the past.
 * They are those that the page looks at, unless others are given.
 */
export function get<Path extends GetPath>(path: Path, parameters: Parameters<Path>, of?: Instants) {
  const instants = instantsFor(path, of)
  const { query, ...others } = parameters as { query?: object }
  const params = { ...others, query: { ...query, ...instants } }
  return queryOptions({
    queryKey: [path, parameters, instants] as const,
    queryFn: ({ signal }) => body((client.GET as Ask)(path, { params, signal })) as Promise<Answer<Path>>,
  })
}

/** What the gateway answers, kept by the query cache. On the way to another instant what was shown stays until the answer is there. */
export function useGet<Path extends GetPath>(
  path: Path,
  parameters: Parameters<Path>,
  options: { enabled?: boolean } = {},
) {
  useLooked()
  const asked = get(path, parameters)
  return useQuery({ ...asked, placeholderData: sameQuestion(asked.queryKey), ...options })
}

/** For `placeholderData`: what the same question was answered of another instant. */
export function sameQuestion(key: readonly unknown[]) {
  const question = JSON.stringify(key.slice(0, -1))
  return <Data>(data: Data | undefined, before?: { queryKey: readonly unknown[] }): Data | undefined =>
    JSON.stringify(before?.queryKey.slice(0, -1)) === question ? keepPreviousData(data) : undefined
}

type Ask = (path: string, options: { params: object; signal: AbortSignal }) => Promise<{ data?: unknown }>
