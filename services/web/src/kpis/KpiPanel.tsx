import { CloseButton, Group, Stack, Text, Title } from '@mantine/core'
import { useCallback } from 'react'
import type { Schema } from '../api'
import { useFormat } from '../i18n'
import { ObjectiveLink, Person, ProblemNotice } from '../ui'
import { Chart, dayAt, type Colours } from '../ui/chart'
import { InRange, useRange } from './InRange'
import { useMayDefine, useMayMeasure, useValues } from './queries'
import { RecordValue } from './RecordValue'
import { spanOf } from './range'
import { StartObjective } from './StartObjective'
import { useText } from './text'

const VALUES = 200
const DAY = 86_400_000

/** One KPI: how it went before its healthy range, a new value, and an objective where it has left the range. */
export function KpiPanel({ kpi, onClose }: { kpi: Schema['Kpi']; onClose: () => void }) {
  const text = useText()
  const range = useRange()
  const { data, error, refetch } = useValues(kpi.id, VALUES)
  const mayMeasure = useMayMeasure(kpi)
  const mayDefine = useMayDefine()
  return (
    <aside className="panel" aria-label={kpi.title}>
      <Group justify="space-between" wrap="nowrap" align="start">
        <Title order={2} size="h4">
          {kpi.title}
        </Title>
        <CloseButton aria-label={text.close} onClick={onClose} />
      </Group>
      <Stack gap="md" mt="xs">
        <Group gap="lg">
          <InRange value={kpi.in_range} />
          <Person person={kpi.owner} />
          <Text size="sm" className="mute">
            {kpi.team?.name}
          </Text>
        </Group>
        <Text size="sm">
          {text.healthy} {range(kpi)}
        </Text>
        <ProblemNotice error={error} onRetry={() => void refetch()} />
        {data !== undefined && data.items.length > 0 && <Values kpi={kpi} values={data.items.toReversed()} />}
        {data?.items.length === 0 && <Text className="mute">{text.noValues}</Text>}
        {kpi.objectives.length > 0 && (
          <section aria-label={text.started}>
            <Title order={3} size="h5" mb={4}>
              {text.started}
            </Title>
            <ul className="lines">
              {kpi.objectives.map((it) => (
                <li className="line" key={it.id}>
                  <ObjectiveLink objective={it} />
                </li>
              ))}
            </ul>
          </section>
        )}
        {kpi.in_range === false && mayDefine && <StartObjective kpi={kpi} />}
        {mayMeasure && <RecordValue kpi={kpi} />}
      </Stack>
    </aside>
  )
}

function Values({ kpi, values }: { kpi: Schema['Kpi']; values: readonly Schema['KpiValue'][] }) {
  const text = useText()
  const format = useFormat()
  const draw = useCallback(
    (colours: Colours) => {
      const [min, max] = spanOf(
        values.map((it) => it.value),
        kpi,
      )
      return {
        grid: { left: 46, right: 14, top: 12, bottom: 26 },
        xAxis: {
          type: 'time' as const,
          minInterval: DAY,
          axisLabel: {
            hideOverlap: true,
            formatter: (at: number) => format.shortDay(dayAt(at)),
          },
        },
        yAxis: {
          type: 'value' as const,
          min,
          max,
          axisLabel: {
            showMinLabel: false,
            showMaxLabel: false,
            formatter: (value: number) => format.number(Math.round(value * 10) / 10),
          },
          splitLine: { lineStyle: { color: colours.line } },
        },
        series: [
          {
            name: kpi.title,
            type: 'line' as const,
            data: values.map((it) => [it.as_of ?? '', it.value]),
            color: kpi.in_range === false ? colours.bad : colours.ink,
            symbolSize: 5,
            markArea: {
              silent: true,
              itemStyle: { color: colours.ok, opacity: 0.12 },
              data: [[{ yAxis: kpi.low ?? min }, { yAxis: kpi.high ?? max }]] as [
                { yAxis: number },
                { yAxis: number },
              ][],
            },
          },
        ],
      }
    },
    [values, kpi, format],
  )
  const table = {
    head: [text.day, `${text.value} (${kpi.unit})`, text.state, text.comment],
    rows: values
      .toReversed()
      .map((it) => [
        it.as_of === null ? '' : format.day(it.as_of),
        format.number(it.value),
        it.in_range ? text.inRange : text.outOfRange,
        it.comment,
      ]),
  }
  return <Chart label={text.course(kpi.title)} draw={draw} table={table} height={200} />
}
