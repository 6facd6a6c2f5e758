import type { Schema } from '../api'

/** What one has to know of a key result to check in on it. */
export type Reportable = Pick<
  Schema['KeyResult'],
  | 'id'
  | 'title'
  | 'measure'
  | 'start'
  | 'target'
  | 'unit'
  | 'low'
  | 'high'
  | 'mode'
  | 'value'
  | 'confidence'
  | 'owners'
  | 'parts'
  | 'milestones'
  | 'feeds'
>

/** What somebody has typed of a key result and not sent yet, as it was typed. */
export type Draft = {
  value: string | number
  /** The numbers of the milestones that are done, from 1. */
  done: readonly number[]
  confidence: string | number
  comment: string
  /** One a line. */
  blockers: string
  /** Said by hand; null: as it is computed. */
  status: Schema['SaidStatus'] | null
  /** The day that it is true of; empty: today. */
  asOf: string
  /** The owner whose part it is; null: the whole. */
  part: string | null
  /** Why there is no value; null: there is one. */
  abstention: string | null
}

/** What is still missing. */
export type Missing = 'value' | 'reason'

/** What is said before anything is typed: milestones as they stand, the confidence of last time, and one's own part where one has one. */
export function firstDraft(keyResult: Reportable, me: string | null): Draft {
  return {
    value: '',
    done: doneOf(keyResult),
    confidence: keyResult.confidence ?? '',
    comment: '',
    blockers: '',
    status: null,
    asOf: '',
    part: takesParts(keyResult) && keyResult.owners.some((it) => it.person.id === me) ? me : null,
    abstention: null,
  }
}

/** What the gateway is told, or what is missing for it. */
export function saidOf(keyResult: Reportable, draft: Draft): Schema['CheckIn'] | Missing {
  const day = draft.asOf === '' ? {} : { as_of: draft.asOf }
  if (draft.abstention !== null) {
    const abstention = draft.abstention.trim()
    return abstention === '' ? 'reason' : { abstention, ...day }
  }
  const blockers = linesOf(draft.blockers)
  const said = {
    ...day,
    ...(draft.confidence === '' ? {} : { confidence: Number(draft.confidence) }),
    ...(draft.comment.trim() === '' ? {} : { comment: draft.comment.trim() }),
    ...(blockers.length === 0 ? {} : { blockers }),
    ...(draft.status === null ? {} : { status: draft.status }),
  }
  if (keyResult.measure === 'milestones') return { milestones_done: [...draft.done].sort((a, b) => a - b), ...said }
  const value = numberOf(draft.value)
  if (value === null) return 'value'
  return { value, ...said, ...(draft.part === null ? {} : { part: draft.part }) }
}

/** A number that was typed; null: none was. */
export function numberOf(typed: string | number): number | null {
  const text = String(typed).trim()
  const value = Number(text)
  return text === '' || !Number.isFinite(value) ? null : value
}

/** Whether several owners may each say their part of the value. */
export function takesParts(keyResult: Reportable): boolean {
  return keyResult.parts !== null && keyResult.owners.length > 1
}

const FARTHEST_PLAUSIBLE = 50

/** How many times as far from the start as the target a value lies, where that is so far that it may be a slip; the gateway counts it all the same. */
export function timesTooFar(keyResult: Reportable, value: number | null): number | null {
  const { start, target } = keyResult
  if (value === null || start === null || target === null) return null
  const times = Math.abs(value - start) / Math.abs(target - start)
  return times > FARTHEST_PLAUSIBLE ? Math.floor(times) : null
}

function doneOf(keyResult: Reportable): number[] {
  return keyResult.milestones?.flatMap((it, index) => (it.done ? [index + 1] : [])) ?? []
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((it) => it.trim())
    .filter((it) => it !== '')
}
