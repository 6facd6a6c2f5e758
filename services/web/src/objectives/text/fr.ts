import type { Text } from './en'

export const fr: Text = {
  title: 'Objectifs',
  objective: 'Objectif',
  owner: 'Responsable',
  team: 'Équipe',
  status: 'Statut',
  progress: 'Progression',
  filters: 'Filtres',
  cycle: 'Cycle',
  text: 'Titre ou référence',
  mine: 'Les miens',
  clear: 'Effacer',
  noCycle: 'Il n’y a pas encore de cycle',
  noCycleNext:
    'Un cycle est la période pour laquelle on fixe des objectifs, le plus souvent un trimestre. Demandez à un administrateur d’en définir un.',
  empty: 'Rien n’est encore prévu dans ce cycle',
  emptyNext: 'Ou rien ne vous en est visible. Choisissez un autre cycle ci-dessus.',
  noMatch: 'Rien ne correspond',
  noMatchNext: 'Retirez un filtre pour en voir plus.',
  open: (title) => `Ouvrir ${title}`,
  close: (title) => `Fermer ${title}`,
  levels: { company: 'Entreprise', team: 'Équipe', individual: 'Personne' },
  states: { draft: 'Brouillon', active: 'Actif', closed: 'Clos', cancelled: 'Annulé' },
}
