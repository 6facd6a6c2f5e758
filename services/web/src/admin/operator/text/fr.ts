import { plural } from '../../../i18n'
import type { Text } from './en'

const events = plural('fr', { one: '# événement', other: '# événements' })

export const fr: Text = {
  title: 'Exploitation',
  lookAgain: 'Regarder à nouveau',
  services: 'Services',
  service: 'Service',
  state: 'État',
  well: 'En ordre',
  unwell: 'Pas en ordre',
  head: 'Événements dans son journal',
  relayed: 'Transmis jusqu’à',
  lag: 'Pas encore reçus',
  letters: 'Non remis',
  reconciliation: 'Rapprochement',
  reconciliationIs:
    'Chaque service compte et additionne ce qu’il a reçu, et le compare au journal d’où cela vient : en permanence et de lui-même.',
  nothingFound: 'Aucun écart : chaque service a reçu ce que disent les journaux.',
  found: 'Ce qui a été trouvé',
  foundSome: plural('fr', { one: '# constat.', other: '# constats.' }),
  notTold: (services) => `Pas de réponse de : ${services}.`,
  kinds: {
    stopped: 'est à l’arrêt',
    waits: 'attend le service à qui appartient un journal',
    differs: 's’écarte du journal',
    refused: 'messages qui ne sont dans aucun journal',
  },
  since: (when) => `depuis le ${when}`,
  unknownTypes: (service) => `${service} a passé des types d’événements d’une version plus récente que la sienne :`,
  askOperator: 'L’exploitant de l’installation remet en ordre ce qui s’écarte.',
  rebuild: 'Reconstruire',
  rebuildIs:
    'Ce que tient un service est refait à partir des journaux, à côté de l’état en service, puis mis à sa place ; il répond pendant tout ce temps. Restez sur cette page jusqu’à la fin : la quitter interrompt l’opération, et tout reste comme avant.',
  rebuildIt: (service) => `Reconstruire : ${service}`,
  renews: {
    progress: 'Tous les chiffres, l’historique',
    audit: 'Qui a fait quoi, et ce que contiennent les exports',
    notifications: 'Les boîtes de réception, et ce qui en a été lu ; personne n’est averti une seconde fois',
    checkins: 'Sa copie de ce que goals a défini',
  },
  stop: 'Interrompre',
  stopIt: (service) => `Interrompre la reconstruction : ${service}`,
  beginning: 'Démarrage…',
  phases: {
    events: 'Lecture des journaux…',
    indexes: 'Création des index…',
    swap: 'Mise en place…',
    done: 'Terminé',
  },
  ofEvents: (done, all) => `${String(done)} sur ${events(all)}`,
  rebuildDone: (count) => `Reconstruit à partir de ${events(count)}.`,
  rebuildStopped: 'Interrompu ; tout est comme avant.',
  deadLetters: 'Messages non remis',
  deadLettersAre:
    'Les messages qu’un service n’a pas pu recevoir sont gardés avec la raison, et ceux du même objet attendent derrière eux. Remis une nouvelle fois, ceux qui échouent encore restent.',
  ofYours: 'Vous voyez ceux de votre entreprise.',
  ofEverybody: 'Vous voyez ceux de toutes les entreprises, et ceux dont personne ne peut dire à qui ils sont.',
  noLetters: 'Il n’y en a pas : tout a été reçu.',
  event: 'Événement',
  unreadable: 'illisible',
  reason: 'Pourquoi',
  failedAt: 'Quand',
  attempts: 'Essais',
  replayIt: 'Réessayer',
  replayAll: 'Tout réessayer',
  notInLog:
    'Il est resté sans effet. Cherchez qui peut écrire dans Kafka ; ce que le journal contient désormais disparaît au prochain essai.',
  replayed: (done, left) => `Reçus : ${String(done)} ; restants : ${String(left)}.`,
  more: 'Afficher plus',
}
