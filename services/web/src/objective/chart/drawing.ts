import { LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import type { Schema } from '../../api'
import { dayAt, type Colours } from '../../ui/chart'
import { progressOn, type EventKind, type TimelineEvent } from './series'

echarts.use([LineChart, ScatterChart, GridComponent, TooltipComponent, MarkLineComponent, CanvasRenderer])

/** What the drawing takes from the page: colours of its scheme, words of its language. */
export type Look = {
  colours: Colours
  still: boolean
  day: (iso: string) => string
  shortDay: (iso: string) => string
  percent: (share: number) => string
  words: { progress: string; pace: string; today: string; of: (event: TimelineEvent) => string }
}

export type Drawing = {
  draw: (series: Schema['Series'], events: TimelineEvent[], look: Look) => void
  resize: () => void
  end: () => void
}

const SYMBOLS: Record<EventKind, { symbol: string; size: number; colour: keyof Colours }> = {
  checkIn: { symbol: 'circle', size: 8, colour: 'ink' },
  statusTurned: { symbol: 'diamond', size: 13, colour: 'warn' },
  goalpostMoved: { symbol: 'triangle', size: 13, colour: 'bad' },
  milestone: { symbol: 'pin', size: 22, colour: 'mute' },
}

/** A chart in an element: on a canvas, its tooltips too, so that no markup is made of what people wrote. */
export function chartIn(element: HTMLElement): Drawing {
  const chart = echarts.init(element)
  return {
    draw: (series, events, look) => chart.setOption(optionOf(series, events, look), { notMerge: true }),
    resize: () => chart.resize(),
    end: () => chart.dispose(),
  }
}

function optionOf(series: Schema['Series'], events: TimelineEvent[], look: Look): echarts.EChartsCoreOption {
  const { colours, words } = look
  const axis = {
    axisLine: { lineStyle: { color: colours.line } },
    axisLabel: { color: colours.mute, fontSize: 11 },
  }
  const last = series.points.at(-1)
  const pace = [...series.points.map((it) => [it.day, it.pace]), ...series.ahead.map((it) => [it.day, it.pace])]
  return {
    animation: !look.still,
    animationDuration: 300,
    grid: { left: 44, right: 16, top: 16, bottom: 28 },
    tooltip: {
      trigger: 'item',
      renderMode: 'richText',
      confine: true,
      backgroundColor: colours.surface,
      borderColor: colours.line,
      textStyle: { color: colours.text, fontSize: 12 },
      formatter: (it: { data: { event?: TimelineEvent } | [string, number]; seriesName: string }) =>
        Array.isArray(it.data)
          ? `${look.day(it.data[0])}\n${it.seriesName} ${look.percent(it.data[1])}`
          : it.data.event === undefined
            ? ''
            : `${look.day(it.data.event.day)}\n${words.of(it.data.event)}`,
    },
    xAxis: {
      type: 'time',
      min: series.first_day,
      max: last !== undefined && last.day > series.due_day ? last.day : series.due_day,
      ...axis,
      axisLabel: {
        ...axis.axisLabel,
        hideOverlap: true,
        formatter: (at: number) => look.shortDay(dayAt(at)),
      },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: 1,
      interval: 0.25,
      ...axis,
      axisLabel: { ...axis.axisLabel, formatter: look.percent },
      splitLine: { lineStyle: { color: colours.line } },
    },
    series: [
      {
        name: words.pace,
        type: 'line',
        data: pace,
        symbol: 'none',
        lineStyle: { color: colours.mute, type: 'dashed', width: 1.5 },
        z: 1,
      },
      {
        name: words.progress,
        type: 'line',
        step: 'end',
        data: series.points.map((it) => [it.day, it.progress]),
        symbol: 'circle',
        symbolSize: 6,
        showSymbol: false,
        lineStyle: { color: colours.ink, width: 2.5 },
        itemStyle: { color: colours.ink },
        areaStyle: { color: colours.ink, opacity: 0.1 },
        markLine:
          last === undefined
            ? undefined
            : {
                silent: true,
                symbol: 'none',
                lineStyle: { color: colours.mute, type: 'solid', width: 1 },
                label: { formatter: words.today, color: colours.mute, fontSize: 11, position: 'insideEndTop' },
                data: [{ xAxis: last.day }],
              },
        z: 2,
      },
      ...(Object.keys(SYMBOLS) as EventKind[]).map((kind) => ({
        name: kind,
        type: 'scatter' as const,
        symbol: SYMBOLS[kind].symbol,
        symbolSize: SYMBOLS[kind].size,
        itemStyle: { color: colours[SYMBOLS[kind].colour], borderColor: colours.surface, borderWidth: 1 },
        data: events
          .filter((it) => it.kind === kind)
          .map((event) => ({ value: [event.day, kind === 'milestone' ? 0 : progressOn(series, event.day)], event })),
        z: 3,
      })),
    ],
  }
}
