import type { Text } from './en'

export const it: Text = {
  close: 'Chiudi il pannello',
  keyResults: 'Risultati chiave',
  none: 'Ancora nessun risultato chiave.',
  history: 'Che cosa è successo',
  nothing: 'Non è ancora successo nulla.',
  checkIn: 'Fai il check-in',
  why: 'Perché',
  by: (who, when) => `${who} · ${when}`,
  more: 'Mostra altro',
}
