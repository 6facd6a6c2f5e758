import type { Text } from './en'

export const fr: Text = {
  close: 'Fermer le volet',
  keyResults: 'Résultats clés',
  none: 'Pas encore de résultats clés.',
  history: 'Ce qui s’est passé',
  nothing: 'Rien ne s’est encore passé.',
  checkIn: 'Faire le point',
  value: 'Nouvelle valeur',
  confidence: 'Confiance, de 0 à 10',
  comment: 'Qu’est-ce qui a changé ?',
  save: 'Enregistrer le point',
  saved: 'Point enregistré',
  target: (value, target) => `${value} sur ${target}`,
  why: 'Pourquoi',
  by: (who, when) => `${who} · ${when}`,
  more: 'Afficher plus',
}
