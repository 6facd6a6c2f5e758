import { useCallback, useMemo } from 'react'
import type { Schema } from '../api'
import { useFormat } from '../i18n'
import { Card, STATUSES, useUiText } from '../ui'
import { Chart, colourOf, type Colours, type ChartTable } from '../ui/chart'
import { pace } from './InShort'
import { useText } from './text'

type Point = { day: string; figures: Schema['CycleFigures'] }

/** How a cycle went so far: its progress against the pace that the calendar expects, and how the statuses were spread. */
export function Course({ cycle, points }: { cycle: Schema['Cycle']; points: readonly Point[] }) {
  const text = useText()
  return (
    <Card title={text.course} wide>
      <div className="course">
        <ProgressCourse cycle={cycle} points={points} />
        <StatusCourse points={points} />
      </div>
    </Card>
  )
}

function ProgressCourse({ cycle, points }: { cycle: Schema['Cycle']; points: readonly Point[] }) {
  const text = useText()
  const format = useFormat()
  const told = (share: number | null) => (share === null ? '–' : format.percent(share))
  const draw = useCallback(
    (colours: Colours) => ({
      grid: { left: 44, right: 12, top: 34, bottom: 26 },
      legend: { top: 0, left: 0, itemWidth: 16, textStyle: { color: colours.mute } },
      tooltip: { valueFormatter: (value: unknown) => (typeof value === 'number' ? format.percent(value / 100) : '–') },
      xAxis: days(points, format.shortDay, colours),
      yAxis: {
        type: 'value' as const,
        min: 0,
        max: 100,
        axisLabel: { formatter: (value: number) => format.percent(value / 100) },
        splitLine: { lineStyle: { color: colours.line } },
      },
      series: [
        {
          name: text.progress,
          type: 'line' as const,
          data: points.map(({ figures }) => (figures.progress === null ? null : Math.floor(figures.progress * 100))),
          lineStyle: { width: 2.5 },
          color: colours.ink,
          areaStyle: { opacity: 0.1 },
          symbolSize: 6,
        },
        {
          name: text.pace,
          type: 'line' as const,
          data: points.map(({ day }) => Math.floor(pace(cycle, day) * 100)),
          symbol: 'none',
          lineStyle: { type: 'dashed' as const },
          color: colours.mute,
        },
      ],
    }),
    [points, cycle, text, format],
  )
  const table: ChartTable = {
    head: [text.day, text.progress, text.pace],
    rows: points.map(({ day, figures }) => [format.day(day), told(figures.progress), format.percent(pace(cycle, day))]),
  }
  return <Chart label={text.courseOfProgress} draw={draw} table={table} />
}

function StatusCourse({ points }: { points: readonly Point[] }) {
  const text = useText()
  const format = useFormat()
  const { statuses } = useUiText()
  const counts = useMemo(
    () => points.map(({ figures }) => new Map(figures.statuses.map(({ status, objectives }) => [status, objectives]))),
    [points],
  )
  const draw = useCallback(
    (colours: Colours) => ({
      grid: { left: 36, right: 12, top: 34, bottom: 26 },
      legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 12, textStyle: { color: colours.mute } },
      xAxis: days(points, format.shortDay, colours),
      yAxis: { type: 'value' as const, minInterval: 1, splitLine: { lineStyle: { color: colours.line } } },
      series: STATUSES.map((status) => ({
        name: statuses[status],
        type: 'bar' as const,
        stack: 'all',
        barMaxWidth: 34,
        color: colourOf(colours, status),
        data: counts.map((of) => of.get(status) ?? 0),
      })),
    }),
    [points, counts, statuses, format],
  )
  const table: ChartTable = {
    head: [text.day, ...STATUSES.map((it) => statuses[it])],
    rows: points.map(({ day }, place) => [
      format.day(day),
      ...STATUSES.map((it) => format.number(counts[place]?.get(it) ?? 0)),
    ]),
  }
  return <Chart label={text.courseOfStatuses} draw={draw} table={table} />
}

function days(points: readonly Point[], shortDay: (iso: string) => string, colours: Colours) {
  return {
    type: 'category' as const,
    data: points.map(({ day }) => shortDay(day)),
    axisLine: { lineStyle: { color: colours.line } },
    axisTick: { show: false },
  }
}
