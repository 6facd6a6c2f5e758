/** What an import, or its dry run, tells in its last line; `contracts` has an example of it. */
export type Report = {
  dry_run: boolean
  tables: { file: string; encoding: string; delimiter: string }[]
  new: number
  corrected: number
  already_there: number
  by_objective: Verdict[]
  by_objective_count: number
  refused: { file: string; line: number; column: string | null; reason: string; consequences: Rows[] }[]
  refused_count: number
  repeated: { file: string; line: number; same_as: number }[]
  repeated_count: number
  implausible: { file: string; line: number; ref: string; as_of: string; value: number | null }[]
  implausible_count: number
  changes: Changed[]
  changes_count: number
  different: { ref: string; what: string; here: unknown; there: unknown }[]
  left_out_count: number
} & Record<Kind, Count>

export type Rows = { file: string; rows: number }
export type Count = { new: number; corrected: number; already_there: number; refused: number }
export type Changed = {
  ref: string
  what: string
  as_of: string | null
  by: string | null
  before: unknown
  after: unknown
}
export type Verdict = {
  ref: string
  title: string | null
  verdict: 'created' | 'changed' | 'unchanged' | 'refused'
  new_key_results: number
  new_check_ins: number
  new_grades: number
  changes: Changed[]
  changes_count: number
}

export const KINDS = [
  'settings',
  'cycles',
  'people',
  'teams',
  'pillars',
  'objectives',
  'key_results',
  'kpis',
  'initiatives',
  'tasks',
  'milestones',
  'check_ins',
  'kpi_values',
  'grades',
  'comments',
] as const
export type Kind = (typeof KINDS)[number]

/** The kinds of which the tables have any. */
export function kindsIn(report: Report): Kind[] {
  return KINDS.filter((kind) => Object.values(report[kind]).some((count) => count > 0))
}

/** What becomes of objectives: what is refused first, then what changes, what is new, and what stays. */
export function gravest(verdicts: readonly Verdict[]): Verdict[] {
  const order: readonly Verdict['verdict'][] = ['refused', 'changed', 'created', 'unchanged']
  return [...verdicts].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
}

/** Whether there is anything that an import would write. */
export function writesSomething(report: Report): boolean {
  return (
    report.new + report.corrected + report.changes_count > 0 || report.by_objective.some((it) => it.changes_count > 0)
  )
}

/** A value of a row, as it is shown. */
export function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
