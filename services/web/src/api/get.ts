import { queryOptions, useQuery } from '@tanstack/react-query'
import { body, client } from './client'
import { instantsFor } from './instants'
import type { paths } from './schema'

type Get<Path extends keyof paths> = paths[Path] extends { get: infer Operation } ? Operation : never
export type GetPath = {
  [Path in keyof paths]: paths[Path] extends { get: { responses: object } } ? Path : never
}[keyof paths]
export type Answer<Path extends GetPath> =
  Get<Path> extends { responses: { 200: { content: { 'application/json': infer Body } } } } ? Body : never
type Parameters<Path extends GetPath> =
  Get<Path> extends { parameters: infer All } ? Omit<All, 'header' | 'cookie'> : object

/** A question to the gateway, for `useQuery` and for loaders. Its key has the instants that it is asked of: the past is cached as the past. */
export function get<Path extends GetPath>(path: Path, parameters: Parameters<Path>) {
  return queryOptions({
    queryKey: [path, parameters, instantsFor(path)],
    queryFn: ({ signal }) => body((client.GET as Ask)(path, { params: parameters, signal })) as Promise<Answer<Path>>,
  })
}

/** What the gateway answers, kept by the query cache. */
export function useGet<Path extends GetPath>(
  path: Path,
  parameters: Parameters<Path>,
  options: { enabled?: boolean } = {},
) {
  return useQuery({ ...get(path, parameters), ...options })
}

type Ask = (path: string, options: { params: object; signal: AbortSignal }) => Promise<{ data?: unknown }>
