/** Where the events stand that this browser caused: answers wait until they show them, so that one reads one's own writes. */
const positions = new Map<string, string>()

export function rememberPositions(header: string | null): void {
  for (const position of header?.split(',').map((it) => it.trim()) ?? []) {
    const [log, partition] = position.split(':')
    positions.set(`${log}:${partition}`, position)
  }
}

/** What `Cairn-After` says; null: nothing was done here yet. */
export function ownPositions(): string | null {
  return positions.size === 0 ? null : [...positions.values()].join(', ')
}
