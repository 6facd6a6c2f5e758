import { useQuery } from '@tanstack/react-query'
import { get, useLooked } from '../api'
import { dayAfter, turned } from '../cycles'
import { useTree } from '../objectives/queries'
import { Card, ObjectiveLine, Turn } from '../ui'
import { useText } from './text'

const WEEK = 7

/** Whose status of a team's objectives is another one than a week ago. */
export function TeamTurned({ team, cycle, day }: { team: string; cycle: string; day: string }) {
  const text = useText()
  const now = useTree(cycle)
  const of = { ...useLooked(), as_of: dayAfter(day, -WEEK) }
  const before = useQuery(get('/v1/tree', { query: { cycle, limit: 1000 } }, of))
  const own = now.data?.filter((it) => it.team?.id === team)
  const found = own && before.data && turned(own, before.data.objectives)
  return (
    <Card title={text.turned}>
      {found?.length === 0 && <p className="mute">{text.nothingTurned}</p>}
      <ul className="lines">
        {found?.map(({ objective, before: then }) => (
          <ObjectiveLine
            key={objective.id}
            objective={objective}
            cycle={cycle}
            aside={<Turn before={then.status} now={objective.status} label={text.then} />}
          />
        ))}
      </ul>
    </Card>
  )
}
