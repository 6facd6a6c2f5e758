import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { useUiText } from '../text'
import type { Drawn } from './Canvas'
import './chart.css'

const Canvas = lazy(() => import('./Canvas'))

/** What a chart shows, as words: the first column names the row. */
export type ChartTable = { head: readonly string[]; rows: readonly (readonly string[])[] }

type ChartProps = {
  /** What one would say of it at a glance: that is all that who cannot see it hears of the drawing. */
  label: string
  /** The option of ECharts, of the colours. The same function as long as it draws the same: `useCallback`. */
  draw: Drawn
  table: ChartTable
  height?: number
}

/** A chart, and the same as a table for those who cannot see it, or want to copy it. */
export function Chart({ label, draw, table, height = 240 }: ChartProps) {
  const text = useUiText()
  return (
    <figure className="chart">
      <Suspense fallback={<Skeleton height={height} />}>
        <Canvas draw={draw} height={height} label={label} />
      </Suspense>
      <details>
        <summary>{text.asTable}</summary>
        {/* It can be wider than the chart: one scrolls it with the keyboard, too. */}
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
        <div className="chart-table" role="region" aria-label={label} tabIndex={0}>
          <table className="data">
            <thead>
              <tr>
                {table.head.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {table.rows.map(([name = '', ...cells]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {cells.map((cell, place) => (
                    <td key={table.head[place + 1]}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}
