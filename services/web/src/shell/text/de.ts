import type { Text } from './en'

export const de: Text = {
  skip: 'Zum Inhalt',
  navigation: 'Seiten',
  menu: 'Seiten zeigen',
  pages: {
    checkIns: 'Check-ins',
    inbox: 'Posteingang',
    newObjective: 'Neues Ziel',
    templates: 'Vorlagen',
    company: 'Unternehmen',
    objectives: 'Ziele',
    map: 'Ausrichtungskarte',
    teams: 'Teams',
    kpis: 'KPIs',
    strategy: 'Strategie',
    participation: 'Beteiligung',
  },
  search: 'Ein Ziel oder eine Seite finden',
  nothing: 'Nichts heisst so.',
  light: 'Helle Farben',
  dark: 'Dunkle Farben',
  mine: 'Meine Seite',
  signOut: 'Überall abmelden',
  ended: 'Ihre Sitzung ist beendet',
  endedWhy: 'Was Sie getippt haben, ist noch da. Melden Sie sich an und machen Sie weiter.',
  close: 'Schliessen',
}
