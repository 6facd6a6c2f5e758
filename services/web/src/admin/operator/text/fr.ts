import type { Text } from './en'

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
  deadLetters: 'Messages non remis',
  deadLettersAre:
    'Les messages qu’un service n’a pas pu recevoir sont gardés avec la raison. Vous voyez ceux de votre entreprise ; remis une nouvelle fois, ceux qui échouent encore restent.',
  noLetters: 'Il n’y en a pas : tout a été reçu.',
  event: 'Événement',
  reason: 'Pourquoi',
  failedAt: 'Quand',
  attempts: 'Essais',
  replayIt: 'Réessayer',
  replayAll: 'Tout réessayer',
  replayed: (done, left) => `Reçus : ${done} ; restants : ${left}.`,
}
