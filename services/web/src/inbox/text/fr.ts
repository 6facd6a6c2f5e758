import { plural } from '../../i18n'
import type { Text } from './en'

const unread = plural('fr', { one: '# non lu', other: '# non lus' })

export const fr: Text = {
  title: 'Boîte de réception',
  unread: (count) => (count === 0 ? 'Rien de non lu' : unread(count)),
  isUnread: 'Non lu :',
  unreadOnly: 'Non lus seulement',
  markAll: 'Tout marquer comme lu',
  read: 'Marquer comme lu',
  markRead: (subject) => `Marquer comme lu : ${subject}`,
  empty: 'On ne vous a encore rien dit',
  allRead: 'Tout est lu',
  emptyNext: 'Ici se trouve ce qui change pour vos objectifs, ce qu’on vous confie et ce que les autres vous disent.',
  more: 'Afficher plus',
  kinds: {
    status_turned: 'Statut',
    mentioned: 'Mention',
    replied: 'Réponse',
    assigned: 'Confié',
    feedback_asked: 'Avis demandé',
    feedback_given: 'Avis',
    feedback_declined: 'Avis refusé',
    kudos: 'Félicitations',
    task_given: 'Tâche',
    task_reassigned: 'Tâche',
    task_done: 'Tâche faite',
    approval_asked: 'Approbation demandée',
    approved: 'Approuvé',
    sent_back: 'Renvoyé',
    moved_to_cycle: 'Déplacé',
    key_result_moved: 'Résultat clé déplacé',
  },
}
