import { plural } from '../../i18n'
import type { Text } from './en'

const unread = plural('de', { one: '# ungelesen', other: '# ungelesen' })

export const de: Text = {
  title: 'Posteingang',
  unread: (count) => (count === 0 ? 'Nichts ungelesen' : unread(count)),
  isUnread: 'Ungelesen:',
  unreadOnly: 'Nur Ungelesenes',
  markAll: 'Alles als gelesen markieren',
  read: 'Als gelesen markieren',
  markRead: (subject) => `Als gelesen markieren: ${subject}`,
  empty: 'Noch wurde Ihnen nichts gesagt',
  allRead: 'Alles ist gelesen',
  emptyNext: 'Hier steht, was sich bei Ihren Zielen wendet, was man Ihnen gibt und was andere Ihnen sagen.',
  more: 'Mehr zeigen',
  kinds: {
    status_turned: 'Status',
    mentioned: 'Erwähnung',
    replied: 'Antwort',
    assigned: 'Zugewiesen',
    feedback_asked: 'Um Rückmeldung gebeten',
    feedback_given: 'Rückmeldung',
    feedback_declined: 'Rückmeldung abgelehnt',
    kudos: 'Lob',
    task_given: 'Aufgabe',
    task_reassigned: 'Aufgabe',
    task_done: 'Aufgabe erledigt',
    approval_asked: 'Um Freigabe gebeten',
    approved: 'Freigegeben',
    sent_back: 'Zurückgegeben',
    moved_to_cycle: 'Verschoben',
    key_result_moved: 'Key Result verschoben',
  },
}
