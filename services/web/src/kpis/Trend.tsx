import type { Schema } from '../api'
import { spanOf } from './range'

const [WIDTH, HEIGHT, EDGE] = [220, 44, 4]

type TrendProps = { values: readonly number[]; kpi: Pick<Schema['Kpi'], 'low' | 'high' | 'in_range'>; label: string }

/** How a KPI went, as a small line before its healthy range; `label` says it in words. The oldest value first. */
export function Trend({ values, kpi, label }: TrendProps) {
  if (values.length === 0) return <span className="trend-none" />
  const [least, most] = spanOf(values, kpi)
  const height = (value: number) => HEIGHT - ((value - least) / (most - least)) * HEIGHT
  const step = values.length > 1 ? (WIDTH - 2 * EDGE) / (values.length - 1) : 0
  const points = values.map((value, place) => [EDGE + place * step, height(value)] as const)
  const last = points.at(-1)
  const top = kpi.high === null ? 0 : height(kpi.high)
  const bottom = kpi.low === null ? HEIGHT : height(kpi.low)
  return (
    <svg
      className={kpi.in_range === false ? 'trend trend-out' : 'trend'}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <rect x={0} width={WIDTH} y={top} height={Math.max(0, bottom - top)} />
      <polyline points={points.map((point) => point.map((it) => it.toFixed(1)).join(',')).join(' ')} />
      {last && <circle cx={last[0]} cy={last[1]} r={3} />}
    </svg>
  )
}
