import { Link } from '@tanstack/react-router'
import type { Schema } from '../api'
import { useFormat } from '../i18n'
import { Card } from '../ui'
import type { TeamOverTime } from './grid'
import { useText } from './text'

type LastPeriodProps = {
  period: Schema['ParticipationPeriod'] | undefined
  place: number
  teams: readonly TeamOverTime[]
  cycle: string
}

/** Which teams have not reported all in the newest period that is over: whom to ask how they are. In the order of their names. */
export function LastPeriod({ period, place, teams, cycle }: LastPeriodProps) {
  const text = useText()
  const format = useFormat()
  const open = teams.flatMap((it) => {
    const cell = it.cells[place]
    return cell && cell.done < cell.due ? [{ ...it, cell }] : []
  })
  return (
    <Card
      title={text.open}
      aside={period && <span className="mute">{text.between(format.day(period.from), format.day(period.to))}</span>}
    >
      {open.length === 0 && <p className="mute">{text.allDone}</p>}
      <ul className="lines">
        {open.map(({ id, name, cell }) => (
          <li className="line" key={id}>
            <span className="line-what">
              <Link to="/teams/$team" params={{ team: id }} search={{ cycle }}>
                {name}
              </Link>
            </span>
            <span className="mute">{text.outstanding(cell.due - cell.done)}</span>
            <span>{text.doneOfDue(format.number(cell.done), format.number(cell.due))}</span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
