import type { Text } from './en'

export const de: Text = {
  close: 'Seitenbereich schliessen',
  keyResults: 'Schlüsselergebnisse',
  none: 'Noch keine Schlüsselergebnisse.',
  history: 'Was geschah',
  nothing: 'Noch ist nichts geschehen.',
  checkIn: 'Einchecken',
  value: 'Neuer Wert',
  confidence: 'Zuversicht, 0 bis 10',
  comment: 'Was hat sich geändert?',
  save: 'Check-in speichern',
  saved: 'Eingecheckt',
  target: (value, target) => `${value} von ${target}`,
  why: 'Warum',
  by: (who, when) => `${who} · ${when}`,
  more: 'Mehr zeigen',
}
