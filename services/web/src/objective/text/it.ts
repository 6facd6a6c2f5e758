import type { Text } from './en'

export const it: Text = {
  close: 'Chiudi il pannello',
  keyResults: 'Risultati chiave',
  none: 'Ancora nessun risultato chiave.',
  history: 'Che cosa è successo',
  nothing: 'Non è ancora successo nulla.',
  checkIn: 'Fai il check-in',
  value: 'Nuovo valore',
  confidence: 'Fiducia, da 0 a 10',
  comment: 'Che cosa è cambiato?',
  save: 'Salva il check-in',
  saved: 'Check-in salvato',
  target: (value, target) => `${value} di ${target}`,
  why: 'Perché',
  by: (who, when) => `${who} · ${when}`,
  more: 'Mostra altro',
}
