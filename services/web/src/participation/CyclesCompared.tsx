import { MultiSelect } from '@mantine/core'
import { useCallback } from 'react'
import { useGet, type Schema } from '../api'
import { useFormat } from '../i18n'
import { Card, ProblemNotice, StatusSpread } from '../ui'
import { Chart, type Colours } from '../ui/chart'
import { useText } from './text'

const BESIDE = 3

type CyclesComparedProps = {
  cycle: Schema['Cycle']
  cycles: readonly Schema['Cycle'][]
  /** Those that the address names; none: the newest before it, of its kind. */
  others: readonly string[] | undefined
  onChoose: (chosen: string[]) => void
}

/** Cycles beside each other: how far each came, its grade, and how much of it was measured. */
export function CyclesCompared({ cycle, cycles, others, onChoose }: CyclesComparedProps) {
  const text = useText()
  const begun = cycles.filter((it) => it.id !== cycle.id && it.state !== 'planning')
  const usual = begun
    .filter((it) => it.kind === cycle.kind && (it.first_day ?? '') < (cycle.first_day ?? ''))
    .slice(0, BESIDE)
  const chosen = others ?? usual.map((it) => it.id)
  const { data, error, refetch } = useGet('/v1/cycle-comparison', { query: { cycle: [...chosen, cycle.id] } })
  const figures = [...(data?.cycles ?? [])].sort((a, b) => a.first_day.localeCompare(b.first_day))
  return (
    <Card title={text.compared}>
      <MultiSelect
        size="xs"
        label={text.beside}
        maxValues={9}
        value={[...chosen]}
        data={begun.map((it) => ({ value: it.id, label: it.name }))}
        onChange={onChoose}
      />
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {figures.length > 0 && <Beside key={figures.map((it) => it.cycle.id).join()} figures={figures} />}
      <ul className="lines">
        {figures.map((it) => (
          <li className="line" key={it.cycle.id}>
            <span className="line-what">{it.cycle.name}</span>
            <span className="compared-spread">
              <StatusSpread
                counts={Object.fromEntries(it.statuses.map(({ status, objectives }) => [status, objectives]))}
                compact
              />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Beside({ figures }: { figures: readonly Schema['CycleFigures'][] }) {
  const text = useText()
  const format = useFormat()
  const said = (share: number | null) => (share === null ? '–' : format.percent(Math.min(1, Math.max(0, share))))
  const draw = useCallback(
    (colours: Colours) => {
      const bar = (name: string, color: string, value: (of: Schema['CycleFigures']) => number | null) => ({
        name,
        color,
        type: 'bar' as const,
        barMaxWidth: 26,
        data: figures.map((it) => {
          const share = value(it)
          return share === null ? null : Math.floor(share * 100)
        }),
      })
      return {
        grid: { left: 44, right: 8, top: 34, bottom: 26 },
        legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 12, textStyle: { color: colours.mute } },
        xAxis: {
          type: 'category' as const,
          data: figures.map((it) => it.cycle.name ?? ''),
          axisTick: { show: false },
          axisLine: { lineStyle: { color: colours.line } },
        },
        yAxis: {
          type: 'value' as const,
          max: 100,
          axisLabel: { formatter: (value: number) => format.percent(value / 100) },
          splitLine: { lineStyle: { color: colours.line } },
        },
        series: [
          bar(text.progress, colours.ink, (it) => it.progress),
          bar(text.grade, colours.ok, (it) => it.grade),
          bar(text.coverage, colours.mute, (it) => it.coverage),
        ],
      }
    },
    [figures, text, format],
  )
  const table = {
    head: [text.cycle, text.objectives, text.progress, text.grade, text.coverage],
    rows: figures.map((it) => [
      it.cycle.name ?? '',
      format.number(it.objectives),
      said(it.progress),
      it.grade === null ? '–' : format.number(it.grade),
      said(it.coverage),
    ]),
  }
  return <Chart label={text.comparedIs} draw={draw} table={table} height={210} />
}
