import type { Text } from './en'

export const it: Text = {
  skip: 'Vai al contenuto',
  navigation: 'Pagine',
  pages: { objectives: 'Obiettivi', newObjective: 'Nuovo obiettivo', templates: 'Modelli' },
  pages: { objectives: 'Obiettivi', checkIns: 'Check-in', inbox: 'Posta in arrivo' },
  search: 'Trova un obiettivo o una pagina',
  nothing: 'Niente ha questo nome.',
  light: 'Colori chiari',
  dark: 'Colori scuri',
  signOut: 'Esci ovunque',
  ended: 'La sessione è terminata',
  endedWhy: 'Ciò che avete scritto è ancora qui. Accedete e continuate.',
  close: 'Chiudi',
}
