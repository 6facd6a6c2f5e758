/** What the address of a page about a cycle says: which one. Left out: the present one. */
export type CycleSearch = { cycle?: string }

export function cycleSearch(search: Record<string, unknown>): CycleSearch {
  return { cycle: typeof search.cycle === 'string' && search.cycle !== '' ? search.cycle : undefined }
}
