/** The events that this browser caused or heard of: answers wait until they show them, so that one reads one's own writes, and what was told. */
const positions = new Map<string, string>()

export function rememberPositions(header: string | null): void {
  for (const position of header?.split(',').map((it) => it.trim()) ?? []) {
    const [log, partition] = position.split(':')
    const known = positions.get(`${log}:${partition}`)
    if (known === undefined || isAtLeast(position, known)) positions.set(`${log}:${partition}`, position)
  }
}

/** What `Cairn-After` says; null: nothing happened here yet. */
export function ownPositions(): string | null {
  return positions.size === 0 ? null : [...positions.values()].join(', ')
}

/** `log:partition:position[:generation]`: of another generation is what was told last, as a log that was restored begins one. */
function isAtLeast(position: string, known: string): boolean {
  const [at, generation] = position.split(':').slice(2)
  const [before, generationBefore] = known.split(':').slice(2)
  return generation !== generationBefore || Number(at) >= Number(before)
}
