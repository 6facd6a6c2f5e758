import type { EChartsType } from 'echarts/core'

/**
 * Disposes a chart that may still be painting. What zrender does not paint in one frame it goes on with in the next, and does not ask
 * whether there still is a chart (`layerStack` of null); of nothing it is done at once, and what was begun before is given up.
 */
export function dismantle(chart: EChartsType) {
  if (chart.isDisposed()) return
  chart.clear()
  chart.getZr().refreshImmediately(true)
  chart.dispose()
}
