import { QueryCache, QueryClient } from '@tanstack/react-query'
import { Problem } from './api'

const TRIES = 3
const NOT_NOW = new Set([429, 503])
const NOT_FOR_ONE = new Set([403, 404])

/** The state of the server, as far as it was asked for. What was refused is not asked again; what was not reached, not there yet, or too much at once, is. */
export const queries = new QueryClient({
  queryCache: new QueryCache({
    // What one may not see any longer is shown no longer, either.
    onError: (error, query) => {
      if (error instanceof Problem && NOT_FOR_ONE.has(error.status)) query.setState({ ...query.state, data: undefined })
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (failures, error) => failures < TRIES && (!(error instanceof Problem) || NOT_NOW.has(error.status)),
    },
  },
})
