/** An answer without the things of these ids, wherever a list in it has one, or something that belongs to one; the same where it has none. */
export function without(answer: unknown, gone: ReadonlySet<string>): unknown {
  if (Array.isArray(answer)) {
    const kept = answer.filter((it) => !isGone(it, gone)).map((it) => without(it, gone))
    return kept.length === answer.length && kept.every((it, index) => it === answer[index]) ? answer : kept
  }
  if (typeof answer !== 'object' || answer === null) return answer
  const entries = Object.entries(answer).map(([name, value]): [string, unknown] => [name, without(value, gone)])
  return entries.some(([name, value]) => value !== (answer as Record<string, unknown>)[name])
    ? Object.fromEntries(entries)
    : answer
}

/** Whether it is one of these, or belongs to one. */
export function isGone(it: unknown, gone: ReadonlySet<string>): boolean {
  if (typeof it !== 'object' || it === null) return false
  if ('id' in it && gone.has(it.id as string)) return true
  return 'objective' in it && typeof it.objective === 'object' && it.objective !== null && isGone(it.objective, gone)
}
