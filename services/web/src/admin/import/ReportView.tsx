import { useEffect, useRef } from 'react'
import { useFormat } from '../../i18n'
import { Objectives } from './Objectives'
import { kindsIn, shown, type Report } from './report'
import { useText } from './text'

/** What would become, or became, of the rows: how many of each kind, what was refused and why, and every objective’s verdict. */
export function ReportView({ report }: { report: Report }) {
  const text = useText()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [report])
  const { refused_count: refused } = report
  return (
    <div className="import-report">
      <h3 ref={heading} tabIndex={-1}>
        {report.dry_run ? text.wouldBe : text.isIn}
      </h3>
      <p className="mute">
        {refused > 0
          ? report.dry_run
            ? text.someWouldBeRefused(refused)
            : text.someRefused(refused)
          : text.noneRefused}
      </p>
      <Counts report={report} />
      {refused > 0 && <Refused report={report} />}
      {report.by_objective.length > 0 && <Objectives report={report} />}
      <Changes report={report} />
      <Notes report={report} />
    </div>
  )
}

function Counts({ report }: { report: Report }) {
  const text = useText()
  const format = useFormat()
  return (
    <table className="data import-counts">
      <caption className="visually-hidden">{text.counts}</caption>
      <thead>
        <tr>
          <th scope="col">{text.what}</th>
          <th scope="col">{text.new}</th>
          <th scope="col">{text.corrected}</th>
          <th scope="col">{text.there}</th>
          <th scope="col">{text.refused}</th>
        </tr>
      </thead>
      <tbody>
        {kindsIn(report).map((kind) => {
          const count = report[kind]
          return (
            <tr key={kind}>
              <th scope="row">{text.kinds[kind]}</th>
              <td>{format.number(count.new)}</td>
              <td>{format.number(count.corrected)}</td>
              <td>{format.number(count.already_there)}</td>
              <td className={count.refused > 0 ? 'import-refused' : undefined}>{format.number(count.refused)}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

function Refused({ report }: { report: Report }) {
  const text = useText()
  return (
    <table className="data">
      <caption>{text.refusedRows}</caption>
      <thead>
        <tr>
          <th scope="col">{text.table}</th>
          <th scope="col">{text.line}</th>
          <th scope="col">{text.column}</th>
          <th scope="col">{text.why}</th>
        </tr>
      </thead>
      <tbody>
        {report.refused.map((it) => (
          <tr key={`${it.file} ${it.line} ${it.column} ${it.reason}`}>
            <th scope="row">{it.file}</th>
            <td>{it.line}</td>
            <td>{it.column ?? '–'}</td>
            <td>
              <span lang="en">{it.reason}</span>
              {it.consequences.length > 0 && (
                <span className="mute">
                  {' '}
                  {text.consequences(it.consequences.map(({ file, rows }) => `${file} ${rows}`).join(', '))}
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** What changes of KPIs, work, milestones and comments, which belong to no objective of the tables. */
function Changes({ report }: { report: Report }) {
  const text = useText()
  if (report.changes.length === 0) return null
  return (
    <table className="data">
      <caption>{text.otherChanges(report.changes_count)}</caption>
      <tbody>
        {report.changes.map((it, place) => (
          <tr key={place}>
            <th scope="row">{it.ref}</th>
            <td>{it.what}</td>
            <td>{text.fromTo(shown(it.before), shown(it.after))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** What is worth a second look, though it counts. */
function Notes({ report }: { report: Report }) {
  const text = useText()
  const notes = [
    ...report.implausible.map((it) => text.implausible(it.file, it.line, it.ref, shown(it.value))),
    ...report.repeated.map((it) => text.repeated(it.file, it.line, it.same_as)),
    ...report.different.map((it) => text.different(it.ref, it.what, shown(it.here), shown(it.there))),
    ...(report.left_out_count > 0 ? [text.leftOut(report.left_out_count)] : []),
  ]
  if (notes.length === 0) return null
  return (
    <section aria-label={text.notes}>
      <h4>{text.notes}</h4>
      <ul className="import-notes">
        {notes.map((it, place) => (
          <li key={place}>{it}</li>
        ))}
      </ul>
    </section>
  )
}
