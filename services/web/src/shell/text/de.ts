import type { Text } from './en'

export const de: Text = {
  skip: 'Zum Inhalt',
  navigation: 'Seiten',
  pages: { objectives: 'Ziele', newObjective: 'Neues Ziel', templates: 'Vorlagen' },
  pages: { objectives: 'Ziele', checkIns: 'Check-ins', inbox: 'Posteingang' },
  search: 'Ein Ziel oder eine Seite finden',
  nothing: 'Nichts heisst so.',
  light: 'Helle Farben',
  dark: 'Dunkle Farben',
  signOut: 'Überall abmelden',
  ended: 'Ihre Sitzung ist beendet',
  endedWhy: 'Was Sie getippt haben, ist noch da. Melden Sie sich an und machen Sie weiter.',
  close: 'Schliessen',
}
