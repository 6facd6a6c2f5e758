import type { Text } from './en'

export const de: Text = {
  close: 'Seitenbereich schliessen',
  keyResults: 'Schlüsselergebnisse',
  none: 'Noch keine Schlüsselergebnisse.',
  history: 'Was geschah',
  nothing: 'Noch ist nichts geschehen.',
  checkIn: 'Einchecken',
  why: 'Warum',
  by: (who, when) => `${who} · ${when}`,
  more: 'Mehr zeigen',
}
