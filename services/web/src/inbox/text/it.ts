import { plural } from '../../i18n'
import type { Text } from './en'

const unread = plural('it', { one: '# non letto', other: '# non letti' })

export const it: Text = {
  title: 'Posta in arrivo',
  unread: (count) => (count === 0 ? 'Nulla da leggere' : unread(count)),
  isUnread: 'Non letto:',
  unreadOnly: 'Solo non letti',
  markAll: 'Segna tutto come letto',
  read: 'Segna come letto',
  markRead: (subject) => `Segna come letto: ${subject}`,
  empty: 'Non vi è stato ancora detto nulla',
  allRead: 'Tutto è letto',
  emptyNext: 'Qui si trova ciò che cambia per i vostri obiettivi, ciò che vi viene affidato e ciò che altri vi dicono.',
  more: 'Mostra altro',
  kinds: {
    status_turned: 'Stato',
    mentioned: 'Menzione',
    replied: 'Risposta',
    assigned: 'Assegnato',
    feedback_asked: 'Parere richiesto',
    feedback_given: 'Parere',
    feedback_declined: 'Parere rifiutato',
    kudos: 'Complimenti',
    task_given: 'Attività',
    task_reassigned: 'Attività',
    task_done: 'Attività fatta',
    approval_asked: 'Approvazione richiesta',
    approved: 'Approvato',
    sent_back: 'Rimandato',
    moved_to_cycle: 'Spostato',
    key_result_moved: 'Risultato chiave spostato',
  },
}
