const WIDTH = 120
const HEIGHT = 28
const EDGE = 3

/** How a value went, as a small line; `label` says it in words. A point alone is a dot, and of none nothing is drawn. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  if (values.length === 0) return null
  const points = pointsOf(values)
  const last = points.at(-1)
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={label}
    >
      <polyline points={points.map(([x, y]) => `${x},${y}`).join(' ')} />
      {last && <circle cx={last[0]} cy={last[1]} r={2.5} />}
    </svg>
  )
}

/** Spread over the whole width, and between the least and the most of the values; what never changed lies in the middle. */
function pointsOf(values: readonly number[]): [number, number][] {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const step = values.length > 1 ? (WIDTH - 2 * EDGE) / (values.length - 1) : 0
  return values.map((value, index) => {
    const share = most > least ? (value - least) / (most - least) : 0.5
    return [round(EDGE + index * step), round(HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE))]
  })
}

function round(length: number): number {
  return Math.round(length * 10) / 10
}
