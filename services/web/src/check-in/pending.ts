import type { Schema } from '../api'

type KeyResult = Schema['KeyResult']

/**
 * A key result as it will be once a check-in is recorded, as far as that can be told here: its value and its progress. What also depends on
 * the calendar or on others stays as it was until the gateway says it.
 */
export function withSaid(keyResult: KeyResult, said: Schema['CheckIn']): KeyResult {
  if ('abstention' in said) return { ...keyResult, abstained: true }
  const confidence = said.confidence ?? keyResult.confidence
  const status = said.status ? { status: said.status, status_said: true } : {}
  if (isOlder(said.as_of, keyResult.as_of)) return keyResult
  if ('milestones_done' in said) {
    const milestones = keyResult.milestones?.map((it, index) => ({
      ...it,
      done: said.milestones_done.includes(index + 1),
    }))
    const counted = { ...keyResult, confidence, ...status, milestones: milestones ?? null }
    return { ...counted, ...progressOf(counted, null) }
  }
  const parts = said.part ? withPart(keyResult, said.part, said.value) : keyResult.parts && []
  const value = parts && parts.length > 0 ? meanOf(keyResult, parts) : said.value
  return { ...keyResult, confidence, ...status, parts, value, ...progressOf(keyResult, value) }
}

function isOlder(day: string | null | undefined, than: string | null): boolean {
  return typeof day === 'string' && than !== null && day < than
}

type Progress = Pick<KeyResult, 'progress' | 'progress_raw'>

/** Source: formulas, Key results. What the share of all check-ins makes is the gateway's to say. */
function progressOf(keyResult: KeyResult, value: number | null): Progress {
  const raw = rawOf(keyResult, value)
  return raw === null
    ? { progress: keyResult.progress, progress_raw: keyResult.progress_raw }
    : { progress: Math.min(1, Math.max(0, raw)), progress_raw: raw }
}

function rawOf(
  { measure, start, target, low, high, mode, milestones }: KeyResult,
  value: number | null,
): number | null {
  switch (measure) {
    case 'metric':
      return value === null || start === null || target === null ? null : (value - start) / (target - start)
    case 'maintain':
      if (mode === 'share' || value === null) return null
      return (low === null || value >= low) && (high === null || value <= high) ? 1 : 0
    case 'binary':
    case 'graded':
      return value
    case 'milestones': {
      const all = weightOf(milestones ?? [])
      return all === 0 ? null : weightOf(milestones?.filter((it) => it.done) ?? []) / all
    }
    case 'baseline':
    case 'sum':
      return null
  }
}

function weightOf(milestones: readonly Schema['Milestone'][]): number {
  return milestones.reduce((sum, it) => sum + (it.weight ?? 1), 0)
}

function withPart(keyResult: KeyResult, personId: string, value: number): Schema['Part'][] {
  const owner = keyResult.owners.find((it) => it.person.id === personId)
  const others = (keyResult.parts ?? []).filter((it) => it.person.id !== personId)
  const today = new Date().toISOString().slice(0, 10)
  return owner === undefined ? others : [...others, { person: owner.person, value, as_of: today }]
}

/** The mean of the parts that there are, by the shares of their owners. */
function meanOf(keyResult: KeyResult, parts: readonly Schema['Part'][]): number {
  const shareOf = (id: string) => keyResult.owners.find((it) => it.person.id === id)?.share ?? 1
  const shares = parts.reduce((sum, it) => sum + shareOf(it.person.id), 0)
  return parts.reduce((sum, it) => sum + it.value * shareOf(it.person.id), 0) / shares
}
