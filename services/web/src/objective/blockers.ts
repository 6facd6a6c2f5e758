import { useGet, type Schema } from '../api'

const MOST = 100

/** What stands in the way of each key result, by its newest check-in, by the id of that. */
export function useBlockers(keyResults: readonly Schema['KeyResult'][]): ReadonlyMap<string, readonly string[]> {
  const checkedIn = keyResults.filter((it) => it.check_in_id !== null).slice(0, MOST)
  const { data } = useGet(
    '/v1/check-ins',
    { query: { key_result: checkedIn.map((it) => it.id), blocked: true, retracted: false, limit: MOST } },
    { enabled: checkedIn.length > 0 },
  )
  return new Map((data?.items ?? []).map((it) => [it.id, it.blockers]))
}
