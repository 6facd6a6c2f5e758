import { HeatmapChart } from 'echarts/charts'
import { GridComponent, VisualMapComponent } from 'echarts/components'
import { init, setPlatformAPI, use as register } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { afterEach, expect, test, vi } from 'vitest'
import { dismantle } from './dismantle'

/** Frames are run by the test; zrender takes what asks for one when it is loaded. */
const frames = vi.hoisted(() => {
  const asked: (() => void)[] = []
  window.requestAnimationFrame = (frame) => asked.push(() => frame(0))
  const run = () => asked.splice(0).forEach((frame) => frame())
  return { run, runAll: () => Array.from({ length: 30 }).forEach(run) }
})
let now = 0
setPlatformAPI({ getTime: () => now })
register([CanvasRenderer, GridComponent, HeatmapChart, VisualMapComponent])
const WIDE = 100
const TALL = 50 // so many cells are painted bit by bit

afterEach(() => vi.restoreAllMocks())

test('a chart that is not painted to its end is dismantled, and the frame that would go on with it does nothing', () => {
  const chart = heatMap()
  frames.run()
  dismantle(chart)
  expect(() => frames.runAll()).not.toThrow()
  expect(chart.isDisposed()).toBe(true)
  dismantle(chart) // again: nothing happens
})

function heatMap() {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockImplementation(() => paintsSlowly())
  const box = document.createElement('div')
  Object.defineProperties(box, { clientWidth: { value: 600 }, clientHeight: { value: 300 } })
  document.body.append(box)
  const chart = init(box)
  const cells = Array.from({ length: WIDE * TALL }, (_, place) => [place % WIDE, Math.floor(place / WIDE), place % 7])
  chart.setOption({
    animation: false,
    xAxis: { type: 'category', data: Array.from({ length: WIDE }, (_, place) => `${place}`) },
    yAxis: { type: 'category', data: Array.from({ length: TALL }, (_, place) => `${place}`) },
    visualMap: { min: 0, max: 7, show: false },
    series: [{ type: 'heatmap', data: cells, progressive: 1000, progressiveThreshold: 100 }],
  })
  return chart
}

/** A context that takes a millisecond for whatever is filled. */
function paintsSlowly(): never {
  const told = { measureText: () => ({ width: 10 }), fill: () => (now += 1) } as Record<string, unknown>
  return new Proxy(told, {
    get: (its, name: string) => (name in its ? its[name] : () => ({ addColorStop: () => undefined })),
    set: (its, name: string, value) => ((its[name] = value), true),
  }) as never
}
