import type { Schema } from '../api'

const COLUMNS = [
  'objective',
  'key_result',
  'title',
  'owner',
  'team',
  'state',
  'value',
  'progress',
  'grade',
  'outcome',
  'well',
  'learnt',
  'carry',
  'unit',
  'start',
  'target',
  'band',
  'met',
  'grade_note',
]

type Cell = string | number | null

/** The report as a table, as `cairn report --csv` has it: a row an objective, and below it one for each of its key results. */
export function csvOf({ objectives }: Schema['Report']): string {
  const rows = objectives.flatMap((it): Cell[][] => [
    [
      it.ref,
      '',
      it.title,
      it.owner?.name ?? it.owner?.handle ?? '',
      it.team?.name ?? '',
      it.state,
      '',
      it.progress,
      it.grade,
      it.outcome,
      it.well,
      it.learnt,
      yesOrNo(it.carried_over),
      '',
      '',
      '',
      it.band,
      yesOrNo(it.met),
      '',
    ],
    ...it.key_results.map((one): Cell[] => [
      it.ref,
      one.ref,
      one.title,
      one.owners.map(({ person }) => person.name ?? person.handle ?? '').join(', '),
      '',
      one.cancelled ? 'cancelled' : '',
      one.value,
      one.progress,
      one.grade,
      '',
      '',
      '',
      '',
      one.unit,
      one.start,
      one.target,
      one.band,
      yesOrNo(one.met),
      one.grade_note,
    ]),
  ])
  return [COLUMNS, ...rows].map((row) => row.map(cellOf).join(',')).join('\n') + '\n'
}

const yesOrNo = (it: boolean | null) => (it === null ? '' : it ? 'yes' : 'no')

/** A text that a program of tables could take for a formula has an apostrophe before it. */
function cellOf(cell: Cell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell)
  const text = /^[=+\-@]/.test(cell) ? `'${cell}` : cell
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
