import { useCallback, useMemo } from 'react'
import type { Schema } from '../api'
import { useFormat } from '../i18n'
import { Card } from '../ui'
import { Chart, type Colours } from '../ui/chart'
import { shareOf, type TeamOverTime } from './grid'
import { useText } from './text'

const ROW = 24

type HeatMapProps = { periods: readonly Schema['ParticipationPeriod'][]; teams: readonly TeamOverTime[] }

/** Teams down, periods across: how much of what was due was reported. */
export function HeatMap({ periods, teams }: HeatMapProps) {
  const text = useText()
  const format = useFormat()
  const cells = useMemo(
    () =>
      teams.flatMap((team, row) =>
        team.cells.flatMap((cell, column) => {
          const share = shareOf(cell)
          return share === null ? [] : [[column, teams.length - 1 - row, Math.round(share * 100)]]
        }),
      ),
    [teams],
  )
  const draw = useCallback(
    (colours: Colours) => ({
      grid: { left: 150, right: 12, top: 6, bottom: 48 },
      tooltip: {
        trigger: 'item' as const,
        valueFormatter: (value: unknown) => format.percent(Number(Array.isArray(value) ? value[2] : value) / 100),
      },
      xAxis: {
        type: 'category' as const,
        data: periods.map((it) => format.shortDay(it.from)),
        axisTick: { show: false },
        axisLine: { show: false },
      },
      yAxis: {
        type: 'category' as const,
        data: teams.map((it) => it.name).toReversed(),
        axisTick: { show: false },
        axisLine: { show: false },
        axisLabel: { width: 136, overflow: 'truncate' as const },
      },
      visualMap: {
        min: 0,
        max: 100,
        orient: 'horizontal' as const,
        left: 150,
        bottom: 0,
        itemHeight: 120,
        itemWidth: 10,
        text: [format.percent(1), format.percent(0)],
        textStyle: { color: colours.mute },
        inRange: { color: [colours.selected, colours.ink] },
      },
      series: [
        {
          name: text.share,
          type: 'heatmap' as const,
          data: cells,
          itemStyle: { borderColor: colours.surface, borderWidth: 2, borderRadius: 3 },
          emphasis: { itemStyle: { borderColor: colours.text } },
        },
      ],
    }),
    [periods, teams, cells, text, format],
  )
  const table = {
    head: [text.team, ...periods.map((it) => format.day(it.from))],
    rows: teams.map((it) => [
      it.name,
      ...it.cells.map((cell) =>
        cell === null ? '–' : text.doneOfDue(format.number(cell.done), format.number(cell.due)),
      ),
    ]),
  }
  return (
    <Card title={text.byTeam} aside={<span className="mute">{text.small}</span>} wide>
      <Chart label={text.byTeamIs} draw={draw} table={table} height={teams.length * ROW + 60} />
    </Card>
  )
}
