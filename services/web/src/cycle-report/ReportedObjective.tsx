import type { Schema } from '../api'
import { useFormat } from '../i18n'
import { Progress, Status } from '../ui'
import { useText } from './text'

/** An objective as it ended: its numbers, its grade, and what was said of it. */
export function ReportedObjective({ objective }: { objective: Schema['ReportedObjective'] }) {
  const text = useText()
  const format = useFormat()
  const { outcome, well, learnt, carried_over } = objective
  const said = [
    [text.outcome, outcome],
    [text.well, well],
    [text.learnt, learnt],
    [text.carried, carried_over === null ? null : carried_over ? text.yes : text.no],
  ].filter((it): it is [string, string] => Boolean(it[1]))
  const grade = (of: { grade: number | null }) => (of.grade === null ? text.noGrade : format.number(of.grade))
  const who = [objective.owner?.name ?? objective.owner?.handle, objective.team?.name].filter(Boolean).join(' · ')
  const keyResults = objective.key_results.filter((it) => !it.cancelled)
  return (
    <section className="report-objective" aria-label={objective.title}>
      <h2>{objective.title}</h2>
      <div className="report-standing">
        <span className="line-progress">
          <Progress value={objective.progress} />
        </span>
        <Status value={objective.status} />
        <span>
          {text.grade} <b>{grade(objective)}</b>
        </span>
        <span className="mute">{who}</span>
      </div>
      {keyResults.length > 0 && (
        <table className="data">
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
                <td>{it.value === null ? '–' : [format.number(it.value), it.unit].filter(Boolean).join(' ')}</td>
                <td>{it.progress === null ? '–' : format.percent(it.progress)}</td>
                <td>
                  {grade(it)}
                  {it.grade_note !== null && <div className="mute">{it.grade_note}</div>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {said.length > 0 && (
        <dl>
          {said.map(([what, words]) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  )
}
