import type { Schema } from '../api'

/** A figure as it is typed: a number, or nothing, or what is no number yet. */
export type Amount = number | string

/** Something chosen by name. */
export type Named = { id: string; title: string }
export type Parent = Named & { kind: 'objective' | 'key_result' }
export type OwnerDraft = { person: string; share: Amount }
export type MilestoneDraft = { title: string; weight: Amount; dueDay: string }
export type PlanDraft = { day: string; share: Amount }

/** A key result as it is typed. What its measure does not have stays, in case it is measured that way after all. */
export type KeyResultDraft = {
  key: string
  id: string | null
  reference: string
  title: string
  measure: Schema['Measure']
  start: Amount
  target: Amount
  low: Amount
  high: Amount
  mode: Schema['MaintainMode']
  unit: string
  weight: Amount
  dueDay: string
  owners: OwnerDraft[]
  milestones: MilestoneDraft[]
  plan: PlanDraft[]
  commit: Amount
  stretch: Amount
  feeds: Named[]
}

/** An objective as it is typed. People, team, cycle and pillar by their ids; empty: nothing said. */
export type Draft = {
  reference: string
  title: string
  why: string
  level: Schema['Level']
  kind: Schema['ObjectiveKind']
  cycle: string
  owner: string
  team: string
  contributors: string[]
  namedPeople: string[]
  startDay: string
  dueDay: string
  parent: Parent | null
  pillar: string
  labels: string[]
  visibility: Schema['Visibility']
  rollUp: Schema['RollUp']
  keyResults: KeyResultDraft[]
}

export function newKeyResult(key: string): KeyResultDraft {
  return {
    key,
    id: null,
    reference: '',
    title: '',
    measure: 'metric',
    start: '',
    target: '',
    low: '',
    high: '',
    mode: 'latest',
    unit: '',
    weight: 1,
    dueDay: '',
    owners: [],
    milestones: [{ title: '', weight: 1, dueDay: '' }],
    plan: [],
    commit: '',
    stretch: '',
    feeds: [],
  }
}

export function newDraft(said: Partial<Draft> = {}): Draft {
  return {
    reference: '',
    title: '',
    why: '',
    level: 'team',
    kind: 'committed',
    cycle: '',
    owner: '',
    team: '',
    contributors: [],
    namedPeople: [],
    startDay: '',
    dueDay: '',
    parent: null,
    pillar: '',
    labels: [],
    visibility: 'company',
    rollUp: 'key_results',
    keyResults: [newKeyResult('1'), newKeyResult('2')],
    ...said,
  }
}

/** A figure that was typed; undefined: none was. */
export function amountOf(typed: Amount): number | undefined {
  if (typed === '' || typed === '-') return undefined
  const amount = Number(typed)
  return Number.isFinite(amount) ? amount : undefined
}

const typed = (amount: number | null): Amount => amount ?? ''

/** What a key result says, as it would be typed. */
function draftOfKeyResult(it: Schema['KeyResult']): KeyResultDraft {
  return {
    key: it.id,
    id: it.id,
    reference: it.reference ?? '',
    title: it.title,
    measure: it.measure,
    start: typed(it.start),
    target: typed(it.target),
    low: typed(it.low),
    high: typed(it.high),
    mode: it.mode ?? 'latest',
    unit: it.unit ?? '',
    weight: typed(it.weight),
    dueDay: it.due_day ?? '',
    owners: it.owners.map((owner) => ({ person: owner.person.id, share: typed(owner.share) })),
    milestones: (it.milestones ?? []).map(({ title, weight, due_day }) => ({
      title,
      weight: typed(weight),
      dueDay: due_day ?? '',
    })),
    plan: it.plan.map(({ day, share }) => ({ day, share: share === null ? '' : Math.round(share * 1000) / 10 })),
    commit: typed(it.commit),
    stretch: typed(it.stretch),
    feeds: (it.feeds ?? []).map(({ id, title }) => ({ id, title })),
  }
}

/** What an objective says, as it would be typed: with its own key results that stand, not those that others share with it. */
export function draftOf(it: Schema['Objective']): Draft {
  return {
    reference: it.reference ?? '',
    title: it.title,
    why: it.why,
    level: it.level,
    kind: it.kind,
    cycle: it.cycle.id,
    owner: it.owner?.id ?? '',
    team: it.team?.id ?? '',
    contributors: it.contributors.map((each) => each.id),
    namedPeople: (it.named_people ?? []).map((each) => each.id),
    startDay: it.start_day ?? '',
    dueDay: it.due_day ?? '',
    parent: parentOf(it.parent),
    pillar: it.pillar?.id ?? '',
    labels: it.labels,
    visibility: it.visibility,
    rollUp: it.roll_up,
    keyResults: it.key_results
      .filter((each) => !each.cancelled && each.objective?.id === it.id)
      .map((each) => draftOfKeyResult(each)),
  }
}

function parentOf(parent: Schema['Parent'] | null): Parent | null {
  if (parent?.key_result) return { kind: 'key_result', id: parent.key_result.id, title: parent.key_result.title }
  if (parent?.objective) return { kind: 'objective', id: parent.objective.id, title: parent.objective.title }
  return null
}

/** A template, to be given people and days; its figures are to be replaced. */
export function draftOfTemplate(it: Schema['Template'], said: Partial<Draft>): Draft {
  return newDraft({
    title: it.title,
    why: it.why,
    level: it.level,
    kind: it.kind,
    keyResults: it.key_results.map((each, place) => ({
      ...newKeyResult(String(place + 1)),
      title: each.title,
      measure: each.measure,
      weight: each.weight,
      start: typed(each.start),
      target: typed(each.target),
      low: typed(each.low),
      high: typed(each.high),
      mode: each.mode ?? 'latest',
      unit: each.unit ?? '',
      milestones: (each.milestones ?? []).map(({ title, weight }) => ({ title, weight, dueDay: '' })),
    })),
    ...said,
  })
}

/** Whether anything was typed into a new key result: one that was left empty is not sent. */
export function isEmpty(it: KeyResultDraft): boolean {
  const typed = [it.title, it.unit, it.start, it.target, it.low, it.high, ...it.milestones.map(({ title }) => title)]
  return it.id === null && it.feeds.length === 0 && typed.every((each) => String(each).trim() === '')
}
