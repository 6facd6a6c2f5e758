import { Button } from '@mantine/core'
import { useState } from 'react'
import { gravest, shown, type Report, type Verdict } from './report'
import { useText } from './text'

const PAGE = 50

/** Every objective of the tables with its verdict, and what of it changes, before and after; the gravest first. */
export function Objectives({ report }: { report: Report }) {
  const text = useText()
  const [most, setMost] = useState(PAGE)
  const verdicts = gravest(report.by_objective)
  return (
    <>
      <table className="data">
        <caption>{text.objectives(report.by_objective_count)}</caption>
        <thead>
          <tr>
            <th scope="col">{text.objective}</th>
            <th scope="col">{text.verdict}</th>
            <th scope="col">{text.underIt}</th>
            <th scope="col">{text.changes}</th>
          </tr>
        </thead>
        <tbody>
          {verdicts.slice(0, most).map((it) => (
            <Row key={it.ref} told={it} />
          ))}
        </tbody>
      </table>
      {verdicts.length > most && (
        <div>
          <Button size="xs" variant="default" onClick={() => setMost(most + PAGE)}>
            {text.more}
          </Button>
        </div>
      )}
    </>
  )
}

function Row({ told }: { told: Verdict }) {
  const text = useText()
  const under = [
    told.new_key_results > 0 && text.newKeyResults(told.new_key_results),
    told.new_check_ins > 0 && text.newCheckIns(told.new_check_ins),
    told.new_grades > 0 && text.newGrades(told.new_grades),
  ].filter((it) => it !== false)
  const more = told.changes_count - told.changes.length
  return (
    <tr>
      <th scope="row">
        <b>{told.ref}</b> {told.title}
      </th>
      <td>
        <span className={`import-verdict import-${told.verdict}`}>{text.verdicts[told.verdict]}</span>
      </td>
      <td>{under.join(', ')}</td>
      <td>
        {told.changes.map((it, place) => (
          <div key={place}>
            {it.ref === told.ref ? '' : `${it.ref} `}
            {it.what}: {text.fromTo(shown(it.before), shown(it.after))}
          </div>
        ))}
        {more > 0 && <span className="mute">{text.moreChanges(more)}</span>}
      </td>
    </tr>
  )
}
