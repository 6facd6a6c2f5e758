import type { Text } from './en'

export const fr: Text = {
  skip: 'Aller au contenu',
  navigation: 'Pages',
  menu: 'Afficher les pages',
  pages: {
    checkIns: 'Points',
    inbox: 'Boîte de réception',
    newObjective: 'Nouvel objectif',
    templates: 'Modèles',
    company: 'Entreprise',
    objectives: 'Objectifs',
    map: 'Carte d’alignement',
    teams: 'Équipes',
    kpis: 'KPI',
    strategy: 'Stratégie',
    participation: 'Participation',
  },
  search: 'Trouver un objectif ou une page',
  nothing: 'Rien ne porte ce nom.',
  light: 'Couleurs claires',
  dark: 'Couleurs sombres',
  mine: 'Ma page',
  signOut: 'Se déconnecter partout',
  ended: 'Votre session est terminée',
  endedWhy: 'Ce que vous avez saisi est toujours là. Connectez-vous et continuez.',
  close: 'Fermer',
}
