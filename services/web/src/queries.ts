import { QueryClient } from '@tanstack/react-query'
import { Problem } from './api'

/** The state of the server, as far as it was asked for. What was refused is not asked again; what was not reached, twice. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 30_000, retry: (failures, error) => failures < 2 && !(error instanceof Problem) },
  },
})
