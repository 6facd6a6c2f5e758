import { useSearch } from '@tanstack/react-router'
import { body, client, useCommand, useGet, type Schema } from '../api'
import { useIsOneOf } from '../sign-in/roles'
import { useSession } from '../sign-in/session'
import { useMayChange } from '../time-travel'

/** Every KPI that is watched. */
export function useKpis() {
  return useGet('/v1/kpis', { query: { retired: false, limit: 1000 } })
}

/** The values of a KPI that stand, up to the day that the page looks at; the newest first. */
export function useValues(kpi: string, limit: number, enabled = true) {
  const { as_of } = useSearch({ strict: false })
  const until = as_of === undefined ? {} : { as_of_to: as_of }
  return useGet('/v1/kpis/{kpi}/values', { path: { kpi }, query: { limit, retracted: false, ...until } }, { enabled })
}

/** Whether the one who is signed in may record its values; nobody in the past. */
export function useMayMeasure(kpi: Schema['Kpi']): boolean {
  const { session } = useSession()
  const admin = useIsOneOf('admin')
  const present = useMayChange()
  const me = session?.person?.id
  return present && (admin || (me !== undefined && [kpi.owner?.id, kpi.created_by?.id].includes(me)))
}

/** Whether the one who is signed in may define objectives and KPIs; nobody in the past. */
export function useMayDefine(): boolean {
  const present = useMayChange()
  return useIsOneOf('admin', 'champion', 'member') && present
}

export function useRecordValue(kpi: string, onDone: () => void) {
  return useCommand(
    (said: Schema['NewKpiValue'], header) =>
      body(client.POST('/v1/kpis/{kpi}/values', { params: { path: { kpi }, header }, body: said })),
    onDone,
  )
}

export function useStartObjective(kpi: string, onDone: (done: { id: string }) => void) {
  return useCommand(
    (said: Schema['ObjectiveOfKpi'], header) =>
      body(client.POST('/v1/kpis/{kpi}/objectives', { params: { path: { kpi }, header }, body: said })),
    onDone,
  )
}

export function useDefineKpi(onDone: (done: { id: string }) => void) {
  return useCommand(
    (said: Schema['NewKpi'], header) => body(client.POST('/v1/kpis', { params: { header }, body: said })),
    onDone,
  )
}
