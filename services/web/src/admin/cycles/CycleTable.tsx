import { Link } from '@tanstack/react-router'
import type { Schema } from '../../api'
import { daysBetween, useDay } from '../../cycles'
import { useFormat } from '../../i18n'
import { Progress } from '../../ui'
import { useFigures } from './queries'
import { useText } from './text'

type Cycle = Schema['Cycle']
type CycleTableProps = { cycles: readonly Cycle[]; open: string | undefined; onOpen: (cycle: Cycle) => void }

/** All cycles, the newest first, each with where it lies among the others and what its objectives come to. */
export function CycleTable({ cycles, open, onOpen }: CycleTableProps) {
  const text = useText()
  const figures = useFigures(cycles)
  const reach = reachOf(cycles)
  return (
    <div className="cycles-scroll">
      <table className="data cycles-table">
        <thead>
          <tr>
            <th scope="col">{text.name}</th>
            <th scope="col">{text.kind}</th>
            <th scope="col">{text.days}</th>
            <th scope="col" className="cycles-span-cell">
              <span className="visually-hidden">{text.span}</span>
            </th>
            <th scope="col">{text.state}</th>
            <th scope="col" className="number">
              {text.objectives}
            </th>
            <th scope="col">{text.progress}</th>
            <th scope="col">{text.report}</th>
          </tr>
        </thead>
        <tbody>
          {cycles.map((it) => (
            <Row
              key={it.id}
              cycle={it}
              figures={figures.get(it.id)}
              reach={reach}
              open={it.id === open}
              onOpen={() => onOpen(it)}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}

type RowProps = {
  cycle: Cycle
  figures: Schema['CycleFigures'] | undefined
  reach: Reach
  open: boolean
  onOpen: () => void
}

function Row({ cycle, figures, reach, open, onOpen }: RowProps) {
  const text = useText()
  const format = useFormat()
  return (
    <tr aria-selected={open}>
      <th scope="row">
        <button type="button" className="cycles-name" aria-expanded={open} onClick={onOpen}>
          {cycle.name}
        </button>
        {cycle.enclosing_cycle && (
          <span className="cycles-within mute">{text.within(cycle.enclosing_cycle.name ?? '')}</span>
        )}
      </th>
      <td>{text.kinds[cycle.kind]}</td>
      <td className="nowrap">
        {cycle.first_day && cycle.last_day && text.fromTo(format.day(cycle.first_day), format.day(cycle.last_day))}
      </td>
      <td className="cycles-span-cell">
        <Span cycle={cycle} reach={reach} />
      </td>
      <td>
        <span className={`cycle-state cycle-${cycle.state}`}>{text.states[cycle.state]}</span>
      </td>
      <td className="number">
        {figures && (
          <Link to="/objectives" search={{ cycle: cycle.id }} aria-label={text.objectivesOf(figures.objectives)}>
            {format.number(figures.objectives)}
          </Link>
        )}
      </td>
      <td className="cycles-progress">
        <Progress value={figures?.progress ?? null} />
      </td>
      <td>
        {cycle.closings > 0 && (
          <Link to="/cycles/$cycle" params={{ cycle: cycle.name }} aria-label={text.reportOf(cycle.name)}>
            {text.read}
          </Link>
        )}
      </td>
    </tr>
  )
}

type Reach = { first: string; days: number }

/** From the first day of the earliest cycle to the last one of the latest: what the bars are drawn on. */
function reachOf(cycles: readonly Cycle[]): Reach {
  const first = cycles.map((it) => it.first_day ?? '').reduce((a, b) => (b < a ? b : a))
  const last = cycles.map((it) => it.last_day ?? '').reduce((a, b) => (b > a ? b : a))
  return { first, days: Math.max(1, daysBetween(first, last)) }
}

/** Where a cycle lies among all of them, and where today is; what it says stands beside it in days. */
function Span({ cycle, reach }: { cycle: Cycle; reach: Reach }) {
  const today = useDay()
  const at = (day: string) => Math.min(100, Math.max(0, (daysBetween(reach.first, day) / reach.days) * 100))
  if (cycle.first_day === null || cycle.last_day === null) return null
  const left = at(cycle.first_day)
  return (
    <span className={`cycles-span cycles-span-${cycle.state}`} aria-hidden>
      <i style={{ left: `${left}%`, width: `${Math.max(1, at(cycle.last_day) - left)}%` }} />
      <b style={{ left: `${at(today)}%` }} />
    </span>
  )
}
