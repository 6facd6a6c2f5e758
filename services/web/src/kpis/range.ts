import type { Schema } from '../api'

type Range = Pick<Schema['Kpi'], 'low' | 'high'>

/** What a small drawing of a KPI spans: its values and its range, with a little room above and below. */
export function spanOf(values: readonly number[], { low, high }: Range): [number, number] {
  const all = [...values, ...(low === null ? [] : [low]), ...(high === null ? [] : [high])]
  const [least, most] = [Math.min(...all), Math.max(...all)]
  const room = (most - least || Math.abs(most) || 1) * 0.12
  return [least - room, most + room]
}

/** Those out of their range first, then those that nobody has measured; the rest as they were. */
export function worstFirst(kpis: readonly Schema['Kpi'][]): Schema['Kpi'][] {
  const place = (it: Schema['Kpi']) => (it.in_range === false ? 0 : it.in_range === null ? 1 : 2)
  return [...kpis].sort((a, b) => place(a) - place(b))
}
