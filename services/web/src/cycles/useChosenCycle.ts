import { presentCycle, useCycles } from '../objectives/queries'

/** The cycle that a page is about: the one that the address names, by id or name, else the present one. */
export function useChosenCycle(named: string | undefined) {
  const { data, error, refetch } = useCycles()
  const cycles = data?.items ?? []
  const cycle = named === undefined ? presentCycle(cycles) : cycles.find((it) => it.id === named || it.name === named)
  return { cycle, cycles, none: data !== undefined && cycles.length === 0, error, refetch }
}
