import { useInViewport } from '@mantine/hooks'
import type { Schema } from '../api'
import { useFormat } from '../i18n'
import { InRange, useRange } from './InRange'
import { useValues } from './queries'
import { useText } from './text'
import { Trend } from './Trend'

const VALUES = 26

/** A KPI at a glance. Its values are asked for as soon as it is in sight. */
export function KpiCard({ kpi, open, onOpen }: { kpi: Schema['Kpi']; open: boolean; onOpen: () => void }) {
  const text = useText()
  const format = useFormat()
  const range = useRange()
  const { ref, inViewport } = useInViewport<HTMLLIElement>()
  const { data } = useValues(kpi.id, VALUES, inViewport)
  const values = (data?.items ?? []).map((it) => it.value).reverse()
  return (
    <li ref={ref}>
      <button
        type="button"
        className={kpi.in_range === false ? 'kpi kpi-out' : 'kpi'}
        aria-pressed={open}
        onClick={onOpen}
      >
        <span className="kpi-head">
          <span className="kpi-title">{kpi.title}</span>
          <InRange value={kpi.in_range} />
        </span>
        <span className="kpi-value">
          <b>{kpi.value === null ? '–' : format.number(kpi.value)}</b> {kpi.unit}
        </span>
        <Trend values={values} kpi={kpi} label={text.trend(values.map(format.number).join(', '))} />
        <span className="kpi-foot mute">
          <span>{range(kpi)}</span>
          <span>{kpi.as_of !== null && format.day(kpi.as_of)}</span>
        </span>
      </button>
    </li>
  )
}
