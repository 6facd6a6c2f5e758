import { useReducedMotion } from '@mantine/hooks'
import type { EChartsOption } from 'echarts'
import { BarChart, HeatmapChart, LineChart, ScatterChart } from 'echarts/charts'
import {
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components'
import { init, use as register, type EChartsType } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useLayoutEffect, useRef } from 'react'
import { usePrinting } from '../usePrinting'
import { useColours, type Colours } from './colours'
import { dismantle } from './dismantle'

register([
  BarChart,
  CanvasRenderer,
  GridComponent,
  HeatmapChart,
  LegendComponent,
  LineChart,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  ScatterChart,
  TooltipComponent,
  VisualMapComponent,
])

export type Drawn = (colours: Colours) => EChartsOption

/** The drawing of a chart. ECharts comes with it, so that only those who look at one load it. */
export default function Canvas({ draw, height, label }: { draw: Drawn; height: number; label: string }) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType | null>(null)
  const colours = useColours()
  const still = useReducedMotion()
  const printing = usePrinting() // paper takes the first frame
  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return
    const made = init(element, null, { renderer: 'canvas' })
    chart.current = made
    const sized = new ResizeObserver(() => made.resize())
    sized.observe(element)
    return () => {
      sized.disconnect()
      chart.current = null
      dismantle(made)
    }
  }, [])
  useLayoutEffect(() => {
    chart.current?.setOption(
      { ...common(colours), animation: !still && !printing, ...legible(draw(colours), colours) },
      { notMerge: true },
    )
  }, [draw, colours, still, printing])
  return <div ref={box} style={{ height }} role="img" aria-label={label} />
}

/** With the labels of the axes in the colour of other texts beside: ECharts has one of its own, too faint on a dark ground. */
function legible(option: EChartsOption, { mute }: Colours): EChartsOption {
  const labelled = <Axis extends object>(axis: Axis) => ({
    ...axis,
    axisLabel: { color: mute, ...('axisLabel' in axis ? (axis.axisLabel as object) : {}) },
  })
  const each = (axes: object | object[] | undefined) =>
    Array.isArray(axes) ? axes.map(labelled) : axes && labelled(axes)
  return { ...option, xAxis: each(option.xAxis), yAxis: each(option.yAxis) }
}

/** What all charts have: the colours of text, and tooltips that are drawn, since nothing becomes HTML. */
function common(colours: Colours): EChartsOption {
  return {
    backgroundColor: 'transparent',
    textStyle: { color: colours.mute, fontFamily: 'system-ui, sans-serif' },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      confine: true,
      backgroundColor: colours.surface,
      borderColor: colours.line,
      textStyle: { color: colours.text, fontSize: 12 },
      axisPointer: { lineStyle: { color: colours.mute, type: 'dashed' } },
    },
  }
}
