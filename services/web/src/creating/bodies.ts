import type { Schema } from '../api'
import { amountOf, type Draft, type KeyResultDraft, type OwnerDraft, type Parent } from './draft'

const orLeftOut = (text: string) => (text.trim() === '' ? undefined : text)

/** An objective and its key results, as the gateway takes them together. */
export function newObjective(draft: Draft): Schema['NewObjective'] {
  return {
    cycle: draft.cycle,
    reference: draft.reference.trim(),
    title: draft.title.trim(),
    why: draft.why,
    level: draft.level,
    kind: draft.kind,
    owner: orLeftOut(draft.owner),
    team: draft.team,
    contributors: draft.contributors,
    named_people: draft.visibility === 'private' ? draft.namedPeople : [],
    start_day: orLeftOut(draft.startDay),
    due_day: orLeftOut(draft.dueDay),
    visibility: draft.visibility,
    roll_up: draft.rollUp,
    child_weight: 1,
    labels: draft.labels,
    pillar: draft.pillar,
    parent: draft.parent === null ? undefined : parentRef(draft.parent),
    key_results: draft.keyResults.map((each, place) => newKeyResult(each, referenceOf(draft, place))),
  }
}

/** Where nothing else was said, J1/2 is the second key result of J1. */
function referenceOf(draft: Draft, place: number): string {
  const own = draft.keyResults[place]?.reference.trim() ?? ''
  return own === '' && draft.reference.trim() !== '' ? `${draft.reference.trim()}/${place + 1}` : own
}

export function parentRef(parent: Parent | null): Schema['ParentRef'] {
  if (parent === null) return {}
  return parent.kind === 'objective' ? { objective: parent.id } : { key_result: parent.id }
}

function owners(of: readonly OwnerDraft[]): Schema['NewBinaryKeyResult']['owners'] {
  return of.map(({ person, share }) => ({ person, share: amountOf(share) }))
}

function plan(of: KeyResultDraft): Schema['NewPlannedShare'][] {
  return of.plan.map(({ day, share }) => ({ day, share: (amountOf(share) ?? 0) / 100 }))
}

function milestones(of: KeyResultDraft): Schema['NewMilestone'][] {
  return of.milestones.map(({ title, weight, dueDay }) => ({
    title,
    weight: amountOf(weight) ?? 1,
    due_day: orLeftOut(dueDay),
  }))
}

/** A key result, with what its measure needs and nothing else. */
export function newKeyResult(it: KeyResultDraft, reference = it.reference.trim()): Schema['NewKeyResult'] {
  const said = {
    reference,
    title: it.title.trim(),
    owners: owners(it.owners),
    weight: amountOf(it.weight) ?? 1,
    due_day: orLeftOut(it.dueDay),
    counts_for: [],
    plan: takesPlan(it.measure) ? plan(it) : [],
    commit: takesMarks(it.measure) ? amountOf(it.commit) : undefined,
    stretch: takesMarks(it.measure) ? amountOf(it.stretch) : undefined,
  }
  const unit = it.unit.trim()
  // A figure that is missing is sent as such: the gateway says that it is, at its field.
  const start = amountOf(it.start) as number
  const target = amountOf(it.target) as number
  switch (it.measure) {
    case 'metric':
      return { ...said, measure: 'metric', start, target, unit }
    case 'maintain':
      return { ...said, measure: 'maintain', low: amountOf(it.low), high: amountOf(it.high), mode: it.mode, unit }
    case 'milestones':
      return { ...said, measure: 'milestones', milestones: milestones(it) }
    case 'baseline':
      return { ...said, measure: 'baseline', start: amountOf(it.start), unit }
    case 'sum':
      return {
        ...said,
        measure: 'sum',
        start: amountOf(it.start) ?? 0,
        target,
        unit,
        feeds: it.feeds.map((each) => each.id),
      }
    case 'binary':
    case 'graded':
      return { ...said, measure: it.measure }
  }
}

export function takesMarks(measure: Schema['Measure']): boolean {
  return measure === 'metric' || measure === 'sum'
}

export function takesPlan(measure: Schema['Measure']): boolean {
  return measure !== 'maintain' && measure !== 'baseline'
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** What of an objective is otherwise than before; null: nothing. */
export function objectiveChange(before: Draft, now: Draft): Schema['ObjectiveChange'] | null {
  const change: Schema['ObjectiveChange'] = {
    ...(before.title !== now.title && { title: now.title.trim() }),
    ...(before.why !== now.why && { why: now.why }),
    ...(before.level !== now.level && { level: now.level }),
    ...(before.kind !== now.kind && { kind: now.kind }),
    ...(before.owner !== now.owner && { owner: now.owner }),
    ...(before.team !== now.team && { team: orLeftOut(now.team) ?? null }),
    ...(!same(before.contributors, now.contributors) && { contributors: now.contributors }),
    ...(!same(before.namedPeople, now.namedPeople) && { named_people: now.namedPeople }),
    ...(before.startDay !== now.startDay && now.startDay !== '' && { start_day: now.startDay }),
    ...(before.dueDay !== now.dueDay && now.dueDay !== '' && { due_day: now.dueDay }),
    ...(before.visibility !== now.visibility && { visibility: now.visibility }),
    ...(before.rollUp !== now.rollUp && { roll_up: now.rollUp }),
    ...(!same(before.labels, now.labels) && { labels: now.labels }),
    ...(before.pillar !== now.pillar && { pillar: orLeftOut(now.pillar) ?? null }),
  }
  return Object.keys(change).length === 0 ? null : change
}

const orNone = (amount: number | undefined) => amount ?? null

/** What of a key result is otherwise than before; null: nothing. */
export function keyResultChange(before: KeyResultDraft, now: KeyResultDraft): Schema['KeyResultChange'] | null {
  const moved = (field: 'start' | 'target' | 'low' | 'high' | 'commit' | 'stretch' | 'weight') =>
    amountOf(before[field]) !== amountOf(now[field])
  const change: Schema['KeyResultChange'] = {
    ...(before.title !== now.title && { title: now.title.trim() }),
    ...(!same(owners(before.owners), owners(now.owners)) && { owners: owners(now.owners) }),
    ...(moved('weight') && { weight: amountOf(now.weight) ?? 1 }),
    ...(before.dueDay !== now.dueDay && { due_day: orLeftOut(now.dueDay) ?? null }),
    ...(moved('start') && amountOf(now.start) !== undefined && { start: amountOf(now.start) }),
    ...(moved('target') && amountOf(now.target) !== undefined && { target: amountOf(now.target) }),
    ...(before.unit !== now.unit && { unit: orLeftOut(now.unit) ?? null }),
    ...(moved('low') && { low: orNone(amountOf(now.low)) }),
    ...(moved('high') && { high: orNone(amountOf(now.high)) }),
    ...(before.mode !== now.mode && { mode: now.mode }),
    ...(!same(plan(before), plan(now)) && { plan: plan(now) }),
    ...(moved('commit') && { commit: orNone(amountOf(now.commit)) }),
    ...(moved('stretch') && { stretch: orNone(amountOf(now.stretch)) }),
    ...(!same(milestones(before), milestones(now)) && { milestones: milestones(now) }),
    ...(!same(before.feeds, now.feeds) && { feeds: now.feeds.map((each) => each.id) }),
  }
  return Object.keys(change).length === 0 ? null : change
}

const GOALPOSTS = [
  'start',
  'target',
  'low',
  'high',
  'mode',
  'plan',
  'weight',
  'due_day',
  'milestones',
  'feeds',
] as const
export type Goalpost = (typeof GOALPOSTS)[number]

/** Which goalposts a change moves. */
export function goalpostsOf(change: Schema['KeyResultChange'] | null): Goalpost[] {
  return change === null ? [] : GOALPOSTS.filter((each) => each in change)
}
