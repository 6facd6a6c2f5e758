import { Link } from '@tanstack/react-router'
import type { Schema } from '../api'
import { Card, Delta, ProblemNotice, Progress } from '../ui'
import { usePillars } from './queries'
import { useText } from './text'

/** How far each strategic pillar is, and by how much it moved in a week. */
export function Pillars({ cycle, day }: { cycle: Schema['Cycle']; day: string }) {
  const text = useText()
  const { pillars, asked, error } = usePillars(cycle, day)
  return (
    <Card title={text.pillars} aside={<Link to="/strategy">{text.strategy}</Link>}>
      <ProblemNotice error={error} />
      {asked && pillars.length === 0 && <p className="mute">{text.noPillars}</p>}
      <ul className="lines">
        {pillars.map(({ pillar, now, before }) => (
          <li className="line" key={pillar.id}>
            <span className="line-what">
              {pillar.title}
              <span className="line-about mute">{now !== undefined && text.named(now.objectives.length)}</span>
            </span>
            <Delta value={difference(now?.progress, before?.progress)} />
            <span className="line-progress">
              <Progress value={now?.progress ?? null} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function difference(now: number | null | undefined, before: number | null | undefined): number | null {
  return now === null || now === undefined || before === null || before === undefined ? null : now - before
}
