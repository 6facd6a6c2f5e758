import { Skeleton } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Schema } from '../api'
import { atRisk, gap, movements, turned } from '../cycles'
import { useFormat } from '../i18n'
import { Card, Delta, ObjectiveLine, Status, Turn } from '../ui'
import { useText } from './text'

const SHOWN = 7

type Objective = Schema['TreeObjective']
type WeekProps = {
  cycle: Schema['Cycle']
  week: { now?: readonly Objective[] | undefined; before?: readonly Objective[] | undefined }
}

/** What moved most within a week, whichever way. */
export function Moved({ cycle, week: { now, before } }: WeekProps) {
  const text = useText()
  const moved = now && before && movements(now, before)
  return (
    <Card title={text.moved} aside={moved && <span className="mute">{text.ofAll(moved.length)}</span>}>
      <Lines none={text.nothingMoved} of={moved}>
        {moved?.slice(0, SHOWN).map(({ objective, moved: by }) => (
          <ObjectiveLine
            key={objective.id}
            objective={objective}
            cycle={cycle.id}
            about={whose(objective)}
            aside={
              <>
                <Delta value={by} />
                <Status value={objective.status} />
              </>
            }
          />
        ))}
      </Lines>
    </Card>
  )
}

/** Whose status is another one than a week ago. */
export function Turned({ cycle, week: { now, before } }: WeekProps) {
  const text = useText()
  const found = now && before && turned(now, before)
  return (
    <Card title={text.turned} aside={found && <span className="mute">{text.ofAll(found.length)}</span>}>
      <Lines none={text.nothingTurned} of={found}>
        {found?.slice(0, SHOWN).map(({ objective, before: then }) => (
          <ObjectiveLine
            key={objective.id}
            objective={objective}
            cycle={cycle.id}
            about={whose(objective)}
            aside={<Turn before={then.status} now={objective.status} label={text.then} />}
          />
        ))}
      </Lines>
    </Card>
  )
}

/** What is at risk: what stands highest first, then what lies furthest behind. */
export function AtRisk({ cycle, week: { now } }: WeekProps) {
  const text = useText()
  const format = useFormat()
  const found = now && atRisk(now)
  const all = found !== undefined && found.length > SHOWN && (
    <Link to="/objectives" search={{ cycle: cycle.id, status: 'at_risk' }}>
      {text.all(found.length)}
    </Link>
  )
  return (
    <Card title={text.atRisk} aside={all}>
      <Lines none={text.nothingAtRisk} of={found}>
        {found?.slice(0, SHOWN).map((it) => (
          <ObjectiveLine
            key={it.id}
            objective={it}
            cycle={cycle.id}
            about={[whose(it), text.behindBy(format.number(Math.round(gap(it) * 100)))].filter(Boolean).join(' · ')}
          />
        ))}
      </Lines>
    </Card>
  )
}

function Lines({ of, none, children }: { of: readonly unknown[] | undefined; none: string; children: ReactNode }) {
  if (of === undefined) return <Skeleton h={160} />
  return of.length === 0 ? <p className="mute">{none}</p> : <ul className="lines">{children}</ul>
}

function whose(it: Objective): string {
  return [it.owner?.name ?? it.owner?.handle, it.team?.name].filter(Boolean).join(', ')
}
