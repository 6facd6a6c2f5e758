import type { Text } from './en'

export const fr: Text = {
  skip: 'Aller au contenu',
  navigation: 'Pages',
  pages: { objectives: 'Objectifs', newObjective: 'Nouvel objectif', templates: 'Modèles' },
  pages: { objectives: 'Objectifs', checkIns: 'Points', inbox: 'Boîte de réception' },
  search: 'Trouver un objectif ou une page',
  nothing: 'Rien ne porte ce nom.',
  light: 'Couleurs claires',
  dark: 'Couleurs sombres',
  signOut: 'Se déconnecter partout',
  ended: 'Votre session est terminée',
  endedWhy: 'Ce que vous avez saisi est toujours là. Connectez-vous et continuez.',
  close: 'Fermer',
}
