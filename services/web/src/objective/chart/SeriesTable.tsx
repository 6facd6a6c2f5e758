import { Table } from '@mantine/core'
import type { Schema } from '../../api'
import { useFormat } from '../../i18n'
import { Status } from '../../ui'
import { useText } from '../text'
import type { TimelineEvent } from './series'

/** What the chart draws, in words: a row for each day on which the number or the status became another, or something happened. */
export function SeriesTable({
  series,
  events,
  say,
}: {
  series: Schema['Series']
  events: TimelineEvent[]
  say: (event: TimelineEvent) => string
}) {
  const text = useText()
  const format = useFormat()
  const days = daysWorthTelling(series, events)
  const share = (value: number | null) => (value === null ? '–' : format.percent(value))
  return (
    // What scrolls has to be reached by the keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="series-table" role="region" aria-label={text.chart.table} tabIndex={0}>
      <Table stickyHeader fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{text.chart.day}</Table.Th>
            <Table.Th scope="col">{text.chart.progress}</Table.Th>
            <Table.Th scope="col">{text.chart.pace}</Table.Th>
            <Table.Th scope="col">{text.chart.status}</Table.Th>
            <Table.Th scope="col">{text.chart.happened}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {days.map((day) => {
            const point = series.points.findLast((it) => it.day <= day && it.day !== '')
            const ahead = series.ahead.find((it) => it.day >= day)
            const past = day <= (series.points.at(-1)?.day ?? '')
            return (
              <Table.Tr key={day}>
                <Table.Td>{format.day(day)}</Table.Td>
                <Table.Td>{past ? share(point?.progress ?? null) : ''}</Table.Td>
                <Table.Td>{share(past ? (point?.pace ?? null) : (ahead?.pace ?? null))}</Table.Td>
                <Table.Td>{past && <Status value={point?.status ?? null} />}</Table.Td>
                <Table.Td>
                  {events
                    .filter((it) => it.day === day)
                    .map((it, i) => (
                      <div key={i}>{say(it)}</div>
                    ))}
                </Table.Td>
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function daysWorthTelling({ points, ahead }: Schema['Series'], events: TimelineEvent[]): string[] {
  const turned = points.filter((it, i) => {
    const before = points[i - 1]
    return before?.progress !== it.progress || before.status !== it.status
  })
  const ends = [points[0], points.at(-1), ahead.at(-1)].flatMap((it) => (it === undefined ? [] : [it.day]))
  return [...new Set([...turned.map((it) => it.day), ...events.map((it) => it.day), ...ends])].sort()
}
