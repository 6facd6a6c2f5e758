import type { Schema } from '../api'

type Objective = Schema['Objective']
type KeyResult = Schema['KeyResult']

/** What is said of an objective. `carry`: nothing said, no, yes (whoever edits it does it), or the id of the cycle that it goes on in. */
export type Words = { outcome: string; well: string; learnt: string; carry: string }
/** What a key result is graded with; a figure of '': none. */
export type Grade = { figure: number | ''; abstained: boolean; note: string }

/** What was typed, and nothing else: what is left out is as it was said before, or as it is proposed. */
export type Draft = {
  /** The day on which the cycle ends; null: the one that is proposed. */
  day: string | null
  /** Whether what nobody has graded is graded as its progress says. */
  asProposed: boolean
  words: Record<string, Partial<Words>>
  grades: Record<string, Partial<Grade>>
  /** New targets of metrics that got to theirs, and are carried over. */
  targets: Record<string, number | undefined>
  /** Once the cycle is closed: what is still to be carried over. */
  toCarry: readonly Carried[]
}

export const NOTHING_TYPED: Draft = { day: null, asProposed: true, words: {}, grades: {}, targets: {}, toCarry: [] }

export const NOT_SAID: Words = { outcome: '', well: '', learnt: '', carry: '' }
const SAID = ['outcome', 'well', 'learnt'] as const

/** What was said of each objective when the cycle was closed before. */
export type SaidBefore = ReadonlyMap<string, Words>

export function saidBefore(report: Schema['Report'] | undefined): SaidBefore {
  return new Map(
    report?.objectives.map(({ id, outcome, well, learnt, carried_over: carried }) => [
      id,
      {
        outcome: outcome ?? '',
        well: well ?? '',
        learnt: learnt ?? '',
        carry: carried === null ? '' : carried ? 'yes' : 'no',
      },
    ]),
  )
}

/** What is said of an objective now: what was typed, else what was said before. */
export function wordsOf(objective: string, draft: Draft, before: SaidBefore): Words {
  return { ...(before.get(objective) ?? NOT_SAID), ...draft.words[objective] }
}

/** Who closes: by what they are, they may grade, and carry over. */
export type Closer = { id: string | undefined; admin: boolean }

/** Whether somebody reports of a key result, and so grades it: it is graded where it is at home. */
export function mayGrade(it: KeyResult, objective: Objective, { id, admin }: Closer): boolean {
  if (it.cancelled || it.objective?.id !== objective.id) return false
  const people = [objective.owner, ...objective.contributors, ...it.owners.map(({ person }) => person)]
  return admin || (id !== undefined && people.some((person) => person?.id === id))
}

/** Whether somebody edits an objective, and so carries it over. */
export function mayCarryOver(objective: Objective, { id, admin }: Closer): boolean {
  return admin || (id !== undefined && [objective.owner?.id, objective.created_by?.id].includes(id))
}

/** Whether nobody has ever said how a key result stands. */
export function isUnheard(it: KeyResult): boolean {
  return it.status === 'not_started' && it.check_in_id === null
}

/** What the progress proposes as a grade, in hundredths, never rounded up over a bound; null: there is nothing to go by. */
export function proposedGrade(it: KeyResult): number | null {
  if (it.progress === null || isUnheard(it)) return null
  return Math.floor(Math.min(1, Math.max(0, it.progress)) * 100 + 1e-9) / 100
}

const NO_GRADE: Grade = { figure: '', abstained: false, note: '' }

/** What a key result is graded with: what was typed, else what it has, else what is proposed, if that is wanted. */
export function gradeOf(it: KeyResult, draft: Draft, may: boolean): Grade {
  const there: Grade = { figure: it.grade ?? '', abstained: it.abstained, note: '' }
  if (!may) return there
  const graded = it.grade !== null || it.abstained
  const proposed: Grade = draft.asProposed && !graded ? { ...NO_GRADE, figure: proposedGrade(it) ?? '' } : there
  return { ...proposed, ...draft.grades[it.id] }
}

export function isGraded({ figure, abstained }: Grade): boolean {
  return abstained || figure !== ''
}

/** The grade of an objective, as it comes of those of its key results; null: none of them has one. */
export function gradeOfObjective(objective: Objective, draft: Draft, closer: Closer): number | null {
  let weights = 0
  let sum = 0
  for (const it of objective.key_results) {
    const { figure, abstained } = gradeOf(it, draft, mayGrade(it, objective, closer))
    if (!it.counts || it.cancelled || abstained || figure === '') continue
    weights += it.weight ?? 1
    sum += (it.weight ?? 1) * figure
  }
  return weights === 0 ? null : sum / weights
}

/** The command: what is said of the objectives that end, and the grades, as far as they are something new. */
export function closingOf(
  objectives: readonly Objective[],
  draft: Draft,
  before: SaidBefore,
  closer: Closer,
  day: string,
): Schema['CycleClosing'] {
  return {
    holds_from: day,
    objectives: objectives.flatMap((it) => lookBackOf(it.id, draft, before) ?? []),
    grades: objectives.flatMap((objective) =>
      objective.key_results.flatMap((it) => (mayGrade(it, objective, closer) ? (newGradeOf(it, draft) ?? []) : [])),
    ),
  }
}

function lookBackOf(objective: string, draft: Draft, before: SaidBefore): Schema['LookBack'] | null {
  const [words, were] = [wordsOf(objective, draft, before), before.get(objective) ?? NOT_SAID]
  const said = Object.fromEntries(
    SAID.filter((it) => words[it].trim() !== were[it].trim()).map((it) => [it, words[it].trim()]),
  )
  const carry = words.carry === were.carry || words.carry === '' ? {} : { carry: words.carry !== 'no' }
  const looked = { ...said, ...carry }
  return Object.keys(looked).length === 0 ? null : { objective, ...looked }
}

function newGradeOf(it: KeyResult, draft: Draft): Schema['ClosingGrade'] | null {
  const { figure, abstained, note } = gradeOf(it, draft, true)
  if (!abstained && figure === '') return null
  const same = abstained ? it.abstained : figure === it.grade && !it.abstained
  if (same && note.trim() === '') return null
  return { key_result: it.id, grade: abstained || figure === '' ? null : figure, note: note.trim() }
}

/** What goes on in another cycle once this one is closed. */
export type Carried = { id: string; title: string; cycle: string; targets: Record<string, number> }

export function carriedOf(
  objectives: readonly Objective[],
  draft: Draft,
  closer: Closer,
  cycles: ReadonlySet<string>,
): Carried[] {
  return objectives
    .filter((it) => cycles.has(draft.words[it.id]?.carry ?? '') && mayCarryOver(it, closer))
    .map(({ id, title, key_results }) => ({
      id,
      title,
      cycle: draft.words[id]?.carry ?? '',
      targets: Object.fromEntries(
        key_results.flatMap((it) => {
          const target = wantsTarget(it) ? draft.targets[it.id] : undefined
          return target === undefined ? [] : [[it.id, target]]
        }),
      ),
    }))
}

/** Whether a metric got to its target, so that it needs another one to go on. */
export function wantsTarget(it: KeyResult): boolean {
  return it.measure === 'metric' && !it.cancelled && (it.progress_raw ?? 0) >= 1
}

/** A refusal that speaks of rows by their numbers, with what these are called. */
export function placeOf(
  field: string,
  closing: Schema['CycleClosing'],
  objectives: readonly Objective[],
): { objective: Objective; title: string } | null {
  const [list, number] = field.split(/[.[\]]+/)
  const row = Number(number)
  if (list === 'objectives') {
    const objective = objectives.find((it) => it.id === closing.objectives?.[row]?.objective)
    return objective ? { objective, title: objective.title } : null
  }
  if (list !== 'grades') return null
  const graded = closing.grades?.[row]?.key_result
  for (const objective of objectives) {
    const found = objective.key_results.find((it) => it.id === graded && it.objective?.id === objective.id)
    if (found) return { objective, title: found.title }
  }
  return null
}

type Of = { objective: Objective; keyResult: KeyResult }

/** What the closing leaves open, or without a number: to be known before. */
export type Left = { submitted: Objective[]; drafts: Objective[]; unheard: Of[]; stale: Of[]; ungraded: Of[] }

export function leftBy(objectives: readonly Objective[], draft: Draft, closer: Closer): Left {
  const drafts = objectives.filter((it) => it.state === 'draft')
  const own = objectives
    .filter((it) => it.state === 'active')
    .flatMap((objective) => objective.key_results.map((keyResult) => ({ objective, keyResult })))
    .filter(({ objective, keyResult }) => !keyResult.cancelled && keyResult.objective?.id === objective.id)
  const grade = ({ objective, keyResult }: Of) => gradeOf(keyResult, draft, mayGrade(keyResult, objective, closer))
  return {
    submitted: drafts.filter((it) => it.approval === 'submitted'),
    drafts: drafts.filter((it) => it.approval !== 'submitted'),
    unheard: own.filter(({ keyResult }) => isUnheard(keyResult)),
    stale: own.filter(({ keyResult }) => keyResult.stale && !isUnheard(keyResult)),
    ungraded: own.filter((it) => !isGraded(grade(it))),
  }
}
