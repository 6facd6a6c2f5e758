import { SegmentedControl, Skeleton, Text, Title } from '@mantine/core'
import { useReducedMotion } from '@mantine/hooks'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useGet, type Schema } from '../../api'
import { useFormat } from '../../i18n'
import { useCalendar } from '../../time-travel'
import { ProblemNotice, usePrinting, useUiText } from '../../ui'
import { useColours } from '../../ui/chart'
import { useHistory } from '../history/queries'
import { useText } from '../text'
import type { Drawing, Look } from './drawing'
import { timelineOf, type TimelineEvent } from './series'
import { SeriesTable } from './SeriesTable'

/** Progress against the expected pace over the days of an objective, with what happened on them; the same as a table. */
export function ProgressChart({ objective }: { objective: Schema['Objective'] }) {
  const text = useText()
  const [shown, setShown] = useState('chart')
  const series = useGet('/v1/objectives/{ref}/series', { path: { ref: objective.id }, query: { points: 150 } })
  const history = useHistory(objective.id)
  const { zone } = useCalendar()
  const events = useMemo(
    () => (series.data === undefined ? [] : timelineOf(series.data, history.changes, objective, zone)),
    [series.data, history.changes, objective, zone],
  )
  const words = useWords()
  return (
    <section aria-label={text.chart.title}>
      <div className="section-head">
        <Title order={2} size="h5">
          {text.chart.title}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={text.chart.as}
          value={shown}
          onChange={setShown}
          data={[
            { value: 'chart', label: text.chart.picture },
            { value: 'table', label: text.chart.table },
          ]}
        />
      </div>
      <ProblemNotice error={series.error} onRetry={() => void series.refetch()} />
      {series.data === undefined ? (
        series.error === null && <Skeleton h={260} />
      ) : shown === 'table' ? (
        <SeriesTable series={series.data} events={events} say={words} />
      ) : (
        <Picture series={series.data} events={events} say={words} ended={objective.ended_on !== null} />
      )}
    </section>
  )
}

/** What a mark says, in one line. */
function useWords() {
  const text = useText()
  const ui = useUiText()
  const format = useFormat()
  return useMemo(
    () => (event: TimelineEvent) => {
      const field = event.change?.fields[0]
      const number = (it: Schema['ChangedValue'] | null | undefined) =>
        it?.number === null || it?.number === undefined ? null : format.number(it.number)
      const moved = [number(field?.before), number(field?.after)].filter((it) => it !== null).join(' → ')
      const parts = [
        text.chart.events[event.kind],
        event.status && ui.statuses[event.status],
        event.about,
        moved,
        event.says,
      ]
      return parts.filter((it) => it !== null && it !== '').join(' · ')
    },
    [text, ui, format],
  )
}

type Shown = { series: Schema['Series']; events: TimelineEvent[]; say: (event: TimelineEvent) => string }

function Picture({ series, events, say, ended }: Shown & { ended: boolean }) {
  const text = useText()
  const format = useFormat()
  const place = useRef<HTMLDivElement>(null)
  const [drawing, setDrawing] = useState<Drawing | null>(null)
  const colours = useColours()
  const printing = usePrinting() // paper takes the first frame
  const still = useReducedMotion(false)
  useEffect(() => {
    let made: Drawing | undefined
    let gone = false
    void import('./drawing').then(({ chartIn }) => {
      if (gone || place.current === null) return
      made = chartIn(place.current)
      setDrawing(made)
    })
    const observed = new ResizeObserver(() => made?.resize())
    if (place.current !== null) observed.observe(place.current)
    return () => {
      gone = true
      observed.disconnect()
      made?.end()
    }
  }, [])
  useLayoutEffect(() => {
    const look: Look = {
      colours,
      still: still || printing,
      ...format,
      words: { progress: text.chart.progress, pace: text.chart.pace, today: ended ? '' : text.chart.today, of: say },
    }
    drawing?.draw(series, events, look)
  }, [drawing, series, events, colours, still, printing, format, text, say, ended])
  const last = series.points.at(-1)
  const summary = text.chart.summary(
    last?.progress == null ? '–' : format.percent(last.progress),
    last?.pace == null ? '–' : format.percent(last.pace),
  )
  return (
    <>
      <div ref={place} className="progress-chart" role="img" aria-label={summary} />
      <Text size="xs" className="mute chart-legend" aria-hidden>
        <span className="legend legend-progress" /> {text.chart.progress}
        <span className="legend legend-pace" /> {text.chart.pace}
        <span>● {text.chart.events.checkIn}</span>
        <span>◆ {text.chart.events.statusTurned}</span>
        <span>▲ {text.chart.events.goalpostMoved}</span>
        <span>▼ {text.chart.events.milestone}</span>
      </Text>
    </>
  )
}
