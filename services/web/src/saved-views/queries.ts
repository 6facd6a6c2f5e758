import { useLocation } from '@tanstack/react-router'
import { useMemo } from 'react'
import { body, client, useCommand, useGet, type Schema } from '../api'
import { useLanguage } from '../i18n'
import { useSession } from '../sign-in/session'
import { byName, lookedAt, type Looked, type View } from './address'

const MOST = 1000
const NONE: readonly View[] = []

export type Views = { own: readonly View[]; others: readonly View[]; error: Error | null }

/** One's own views, and, where they are wanted, those that others share. */
export function useViews({ ofOthers = true } = {}): Views {
  const language = useLanguage()
  const { session } = useSession()
  // Of no tenant is the operator, who has no views.
  const asks = session?.tenant != null
  const own = useGet('/v1/views', { query: { mine: true, limit: MOST } }, { enabled: asks })
  const others = useGet('/v1/views', { query: { mine: false, limit: MOST } }, { enabled: asks && ofOthers })
  return useMemo(
    () => ({
      own: byName(own.data?.items ?? NONE, language),
      others: byName(others.data?.items ?? NONE, language),
      error: own.error ?? others.error,
    }),
    [own.data, others.data, own.error, others.error, language],
  )
}

/** What is shown, and which view that is. */
export function useLookedAt({ own, others }: Views): Looked {
  const { pathname, search } = useLocation()
  return lookedAt({ pathname, search }, [...own, ...others])
}

export function useSaveView(onDone: (saved: { id: string; name: string }) => void) {
  return useCommand(async (said: Schema['NewView'], header) => {
    const { id } = await body(client.POST('/v1/views', { params: { header }, body: said }))
    return { id, name: said.name }
  }, onDone)
}

export function useReviseView(onDone: () => void) {
  return useCommand(
    ({ id, ...said }: Schema['ViewChange'] & { id: string }, header) =>
      body(client.PATCH('/v1/views/{view}', { params: { path: { view: id }, header }, body: said })),
    onDone,
  )
}

export function useRemoveView(onDone: (removed: View) => void) {
  return useCommand(async (view: View, header) => {
    await body(client.DELETE('/v1/views/{view}', { params: { path: { view: view.id }, header } }))
    return view
  }, onDone)
}
