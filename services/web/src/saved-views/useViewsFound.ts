import { useText } from './text'
import type { View } from './address'
import { useViews } from './queries'

/** The views that are called by what is typed, one's own first, and whose each is; none before something is typed. */
export function useViewsFound(typed: string): { view: View; of: string }[] {
  const text = useText()
  const words = typed.trim().toLowerCase()
  const { own, others } = useViews({ ofOthers: words !== '' })
  if (words === '') return []
  return [
    ...own.map((view) => ({ view, of: text.ownView })),
    ...others.map((view) => ({ view, of: text.viewOf(view.owner.name ?? view.owner.handle ?? '') })),
  ].filter(({ view }) => view.name.toLowerCase().includes(words))
}
