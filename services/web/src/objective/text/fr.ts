import type { Text } from './en'

export const fr: Text = {
  close: 'Fermer le volet',
  keyResults: 'Résultats clés',
  none: 'Pas encore de résultats clés.',
  history: 'Ce qui s’est passé',
  nothing: 'Rien ne s’est encore passé.',
  checkIn: 'Faire le point',
  why: 'Pourquoi',
  by: (who, when) => `${who} · ${when}`,
  more: 'Afficher plus',
}
