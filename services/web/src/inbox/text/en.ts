import type { Schema } from '../../api'
import { plural } from '../../i18n'

const unread = plural('en', { one: '# unread', other: '# unread' })

export const en = {
  title: 'Inbox',
  unread: (count: number) => (count === 0 ? 'Nothing unread' : unread(count)),
  isUnread: 'Unread:',
  unreadOnly: 'Unread only',
  markAll: 'Mark all as read',
  read: 'Mark as read',
  markRead: (subject: string) => `Mark as read: ${subject}`,
  empty: 'Nothing has been told you yet',
  allRead: 'Everything is read',
  emptyNext: 'Here stands what turns on your objectives, what is given to you, and what others say to you.',
  more: 'Show more',
  kinds: {
    status_turned: 'Status',
    mentioned: 'Mention',
    replied: 'Reply',
    assigned: 'Assigned',
    feedback_asked: 'Feedback asked',
    feedback_given: 'Feedback',
    feedback_declined: 'Feedback declined',
    kudos: 'Kudos',
    task_given: 'Task',
    task_reassigned: 'Task',
    task_done: 'Task done',
    approval_asked: 'Approval asked',
    approved: 'Approved',
    sent_back: 'Sent back',
    moved_to_cycle: 'Moved',
    key_result_moved: 'Key result moved',
  } satisfies Record<Schema['NotificationKind'], string>,
}

export type Text = typeof en
