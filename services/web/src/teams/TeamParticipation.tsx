import { useCallback } from 'react'
import { useFormat } from '../i18n'
import { Card, ProblemNotice } from '../ui'
import { Chart, type Colours } from '../ui/chart'
import { useParticipation } from './queries'
import { useText } from './text'

type Told = { from: string; done: number; due: number }

/** How many of the check-ins that were due in each period a team made; of a team of fewer than five people nothing is told. */
export function TeamParticipation({ team, cycle }: { team: string; cycle: string }) {
  const text = useText()
  const { data, error, refetch } = useParticipation(cycle)
  const told = (data?.periods ?? []).flatMap(({ from, teams }) => {
    const own = teams.find((it) => it.team.id === team)
    return own === undefined || own.due === null || own.done === null ? [] : [{ from, done: own.done, due: own.due }]
  })
  return (
    <Card title={text.participation}>
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {data !== undefined && told.length === 0 && <p className="mute">{text.notShown}</p>}
      {told.length > 0 && <Periods key={JSON.stringify(told)} told={told} />}
    </Card>
  )
}

function Periods({ told }: { told: readonly Told[] }) {
  const text = useText()
  const format = useFormat()
  const draw = useCallback(
    (colours: Colours) => ({
      grid: { left: 32, right: 8, top: 30, bottom: 26 },
      legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 12, textStyle: { color: colours.mute } },
      xAxis: {
        type: 'category' as const,
        data: told.map((it) => format.dayShort(it.from)),
        axisLine: { lineStyle: { color: colours.line } },
        axisTick: { show: false },
      },
      yAxis: { type: 'value' as const, minInterval: 1, splitLine: { lineStyle: { color: colours.line } } },
      series: [
        { name: text.done, type: 'bar' as const, stack: 'due', color: colours.ink, data: told.map((it) => it.done) },
        {
          name: text.missing,
          type: 'bar' as const,
          stack: 'due',
          color: colours.line,
          data: told.map((it) => it.due - it.done),
        },
      ],
    }),
    [told, text, format],
  )
  const table = {
    head: [text.period, text.done, text.missing],
    rows: told.map((it) => [format.day(it.from), format.number(it.done), format.number(it.due - it.done)]),
  }
  return <Chart label={text.participationIs} draw={draw} table={table} height={200} />
}
