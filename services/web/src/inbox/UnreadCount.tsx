import { useText } from './text'
import { useUnread } from './queries'

/** How much is unread, beside the way to the inbox. */
export function UnreadCount() {
  const text = useText()
  const unread = useUnread()
  if (unread === undefined || unread === 0) return null
  return (
    <span className="unread-count">
      <span aria-hidden>{unread > 99 ? '99+' : unread}</span>
      <span className="visually-hidden">{text.unread(unread)}</span>
    </span>
  )
}
