import { ActionIcon } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import {
  AtSign,
  CalendarSync,
  Check,
  CheckCircle2,
  ClipboardList,
  Heart,
  MessageCircle,
  MessageCircleQuestion,
  MoveRight,
  TrendingUp,
  Undo2,
  UserPlus,
  type LucideIcon,
} from 'lucide-react'
import type { Schema } from '../api'
import { useFormat } from '../i18n'
import { useText } from './text'

type Kind = Schema['NotificationKind']

const ICONS: Record<Kind, LucideIcon> = {
  status_turned: TrendingUp,
  mentioned: AtSign,
  replied: MessageCircle,
  assigned: UserPlus,
  feedback_asked: MessageCircleQuestion,
  feedback_given: MessageCircle,
  feedback_declined: MessageCircle,
  kudos: Heart,
  task_given: ClipboardList,
  task_reassigned: ClipboardList,
  task_done: CheckCircle2,
  approval_asked: MessageCircleQuestion,
  approved: CheckCircle2,
  sent_back: Undo2,
  moved_to_cycle: CalendarSync,
  key_result_moved: MoveRight,
}

/** Something that one was told: of what kind, by whom, when; it leads to its place, and is read with that. */
export function Item({ item, onRead }: { item: Schema['Notification']; onRead: () => void }) {
  const text = useText()
  const format = useFormat()
  const Icon = ICONS[item.kind]
  const unread = item.read_at === null
  const read = () => unread && onRead()
  const by = item.by && (item.by.name ?? item.by.handle)
  return (
    <li className={unread ? 'inbox-item inbox-unread' : 'inbox-item'}>
      <Icon size={17} aria-hidden />
      <div className="inbox-said">
        {unread && <span className="visually-hidden">{text.isUnread} </span>}
        {item.objective && item.comment !== null ? (
          <Link
            to="/objectives/$reference"
            params={{ reference: item.objective.ref }}
            search={{ comment: item.comment }}
            onClick={read}
          >
            {item.subject}
          </Link>
        ) : item.objective ? (
          <Link to="/objectives" search={{ open: item.objective.id }} onClick={read}>
            {item.subject}
          </Link>
        ) : item.task ? (
          <Link to="/tasks" search={{ open: item.task.id }} onClick={read}>
            {item.subject}
          </Link>
        ) : (
          <span>{item.subject}</span>
        )}
        <span className="mute inbox-when">
          {[text.kinds[item.kind], by, format.instant(item.created_at)].filter((it) => it !== null).join(' · ')}
        </span>
      </div>
      {unread && (
        <ActionIcon variant="subtle" aria-label={text.markRead(item.subject)} title={text.read} onClick={onRead}>
          <Check size={16} />
        </ActionIcon>
      )}
    </li>
  )
}
