import { body, client, useCommand, useGet, type Schema } from '../../api'

/** Every setting, as the day says that the page looks at. */
export function useSettings() {
  return useGet('/v1/settings', {})
}

const MOST = 1000

/** One time that somebody let a setting say something else. */
export type Turn = {
  id: string
  value: string
  holds_from: string | null
  recorded_at: string
  by: Schema['PersonName'] | null
}

/** What a setting was let to say, by whom and from which day on; the newest first. */
export function useTurns(setting: string) {
  const asked = useGet('/v1/audit/actions', { query: { type: 'SettingChanged', limit: MOST } })
  const turns = asked.data?.items.flatMap((it): Turn[] => {
    if (it.content.setting !== setting) return []
    const { value, holds_from } = it.content as { value: string; holds_from?: string }
    return [{ id: it.event_id, value, holds_from: holds_from ?? null, recorded_at: it.recorded_at, by: it.actor }]
  })
  return { turns, error: asked.error, refetch: asked.refetch }
}

export function useChangeSetting(setting: string, onDone: () => void) {
  return useCommand(
    (said: Schema['SettingChange'], header) =>
      body(client.PUT('/v1/settings/{setting}', { params: { path: { setting }, header }, body: said })),
    onDone,
  )
}
