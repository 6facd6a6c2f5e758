import { chosenCycle, useCycles } from '../objectives/queries'
import { useMoment } from '../time-travel'

/** The cycle that a page is about: the one that the address names, by id or name, else the present one, or that of the day one looks at. */
export function useChosenCycle(named: string | undefined) {
  const moment = useMoment()
  const { data, error, refetch } = useCycles()
  const cycles = data?.items ?? []
  const cycle = chosenCycle(cycles, named, moment?.trueOn)
  return { cycle, cycles, none: data !== undefined && cycles.length === 0, error, refetch }
}
