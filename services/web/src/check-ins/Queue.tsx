import { Check } from 'lucide-react'
import type { Schema } from '../api'
import type { useSent } from '../check-in/useCheckIn'
import { useFormat } from '../i18n'
import { useText } from './text'

type Reported = Schema['ReportedKeyResult']
type QueueProps = {
  all: readonly Reported[]
  current: string | undefined
  sent: ReturnType<typeof useSent>
  onGo: (id: string) => void
}

/** All that is mine: what is over-due, what is due, what is done; each can be gone to. */
export function Queue({ all, current, sent, onGo }: QueueProps) {
  const text = useText()
  const format = useFormat()
  const tell = (it: Reported) => {
    const how = sent.get(it.id)
    if (how === 'error') return <span className="queue-overdue">{text.failed}</span>
    if (how === 'pending') return <span className="mute">{text.saving}</span>
    if (it.due_by === null) {
      return (
        <span className="queue-done">
          <Check size={13} aria-hidden /> {text.done}
        </span>
      )
    }
    return it.stale ? (
      <span className="queue-overdue">{text.overdue}</span>
    ) : (
      <span className="mute">{text.due(format.day(it.due_by))}</span>
    )
  }
  return (
    <nav className="queue" aria-label={text.mine}>
      <ol>
        {all.map((it) => (
          <li key={it.id}>
            <button type="button" aria-current={it.id === current ? 'step' : undefined} onClick={() => onGo(it.id)}>
              <span className="queue-title">{it.title}</span>
              <span className="queue-line">
                <span className="mute ellipsis">{it.objective.title}</span>
                {tell(it)}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  )
}
