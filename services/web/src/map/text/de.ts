import { plural } from '../../i18n'
import type { Text } from './en'

export const de: Text = {
  title: 'Ausrichtungskarte',
  help: 'Pfeiltasten gehen, Enter öffnet, + und − zoomen, 0 zeigt alles. Ziehen und Rad gehen auch.',
  nearer: 'Näher',
  further: 'Weiter weg',
  fit: 'Alles zeigen',
  search: 'Auf der Karte finden',
  view: 'Darstellung',
  asMap: 'Karte',
  asTable: 'Tabelle',
  empty: 'In diesem Zyklus ist noch nichts geplant',
  emptyNext: 'Oder nichts davon ist für Sie sichtbar. Wählen Sie oben einen anderen Zyklus.',
  below: plural('de', { one: '# darunter', other: '# darunter' }),
  found: plural('de', { one: '# gefunden', other: '# gefunden' }),
}
