import type { Text } from './en'

export const it: Text = {
  skip: 'Vai al contenuto',
  navigation: 'Pagine',
  menu: 'Mostra le pagine',
  pages: {
    checkIns: 'Check-in',
    inbox: 'Posta in arrivo',
    newObjective: 'Nuovo obiettivo',
    templates: 'Modelli',
    company: 'Azienda',
    objectives: 'Obiettivi',
    map: 'Mappa di allineamento',
    teams: 'Team',
    kpis: 'KPI',
    strategy: 'Strategia',
    participation: 'Partecipazione',
  },
  search: 'Trova un obiettivo o una pagina',
  nothing: 'Niente ha questo nome.',
  light: 'Colori chiari',
  dark: 'Colori scuri',
  mine: 'La mia pagina',
  signOut: 'Esci ovunque',
  ended: 'La sessione è terminata',
  endedWhy: 'Ciò che avete scritto è ancora qui. Accedete e continuate.',
  close: 'Chiudi',
}
