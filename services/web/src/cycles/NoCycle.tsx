import { EmptyState } from '../ui'
import { useText } from './text'

/** There is no cycle, so that a page about one has nothing to show. */
export function NoCycle() {
  const text = useText()
  return <EmptyState title={text.none}>{text.noneNext}</EmptyState>
}
