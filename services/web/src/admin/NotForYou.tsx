import { EmptyState } from '../ui'
import { useText } from './text'

/** A page that somebody opens who has no use for it: whose it is. */
export function NotForYou({ forWhom }: { forWhom: 'admins' | 'keepers' | 'watchers' }) {
  const text = useText()
  return <EmptyState title={text.notForYou}>{text.forWhom[forWhom]}</EmptyState>
}
