import { Checkbox, NumberInput, TextInput } from '@mantine/core'
import type { Schema } from '../api'
import { useDecimalSeparator, useFormat } from '../i18n'
import { gradeOf, mayGrade, proposedGrade, type Draft, type Grade } from './closing'
import { useCloser } from './queries'
import { useText } from './text'

const LONGEST = 1000

type GradeTableProps = {
  objective: Schema['Objective']
  draft: Draft
  onChange: (keyResult: string, graded: Partial<Grade>) => void
}

/** The key results of an objective with their numbers; those that one reports on are graded here. */
export function GradeTable({ objective, draft, onChange }: GradeTableProps) {
  const text = useText()
  const format = useFormat()
  const closer = useCloser()
  const keyResults = objective.key_results.filter((it) => !it.cancelled)
  if (keyResults.length === 0) return null
  return (
    <table className="data closing-grades">
      <thead>
        <tr>
          <th scope="col">{text.keyResult}</th>
          <th scope="col">{text.value}</th>
          <th scope="col">{text.progress}</th>
          <th scope="col">{text.grade}</th>
        </tr>
      </thead>
      <tbody>
        {keyResults.map((it) => (
          <tr key={it.id}>
            <th scope="row">{it.title}</th>
            <td>{it.value === null ? '–' : `${format.number(it.value)} ${it.unit ?? ''}`}</td>
            <td>{it.progress === null ? '–' : format.percent(it.progress)}</td>
            <td>
              {mayGrade(it, objective, closer) ? (
                <Graded
                  keyResult={it}
                  grade={gradeOf(it, draft, true)}
                  onChange={(graded) => onChange(it.id, graded)}
                />
              ) : (
                <span>
                  {it.abstained ? text.abstain : it.grade === null ? text.noGradeYet : format.number(it.grade)}{' '}
                  <span className="mute">
                    {it.objective?.id === objective.id ? text.notYoursToGrade : text.elsewhere}
                  </span>
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

type GradedProps = { keyResult: Schema['KeyResult']; grade: Grade; onChange: (graded: Partial<Grade>) => void }

/** One grade: the figure beside the one that its progress proposes, or that one abstains from it; and why. */
function Graded({ keyResult, grade, onChange }: GradedProps) {
  const text = useText()
  const format = useFormat()
  const separator = useDecimalSeparator()
  const proposed = proposedGrade(keyResult)
  const otherwise = grade.abstained || (grade.figure !== '' && grade.figure !== proposed)
  return (
    <div className="closing-graded">
      <NumberInput
        size="xs"
        w={92}
        aria-label={text.gradeOf(keyResult.title)}
        decimalSeparator={separator}
        min={0}
        max={1}
        step={0.05}
        decimalScale={2}
        disabled={grade.abstained}
        value={grade.abstained ? '' : grade.figure}
        onChange={(figure) => onChange({ figure: figure === '' ? '' : Number(figure) })}
      />
      <Checkbox
        size="xs"
        label={text.abstain}
        aria-label={text.abstainOf(keyResult.title)}
        checked={grade.abstained}
        onChange={(event) => onChange({ abstained: event.target.checked })}
      />
      <span className="mute">{proposed === null ? text.noProposal : text.proposed(format.number(proposed))}</span>
      {otherwise && (
        <TextInput
          size="xs"
          className="closing-grow"
          placeholder={text.note}
          aria-label={text.noteOf(keyResult.title)}
          maxLength={LONGEST}
          value={grade.note}
          onChange={(event) => onChange({ note: event.target.value })}
        />
      )}
    </div>
  )
}
