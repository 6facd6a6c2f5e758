import { plural } from '../../i18n'
import type { Text } from './en'

const left = plural('de', { one: '# Check-in ist fällig', other: '# Check-ins sind fällig' })

export const de: Text = {
  title: 'Meine Check-ins',
  left: (count) => (count === 0 ? 'Nichts ist fällig' : left(count)),
  none: 'Noch gehört Ihnen kein Schlüsselergebnis',
  noneNext: 'Sobald ein Schlüsselergebnis eines aktiven Ziels Ihnen gehört, checken Sie hier darauf ein.',
  toObjectives: 'Zu den Zielen',
  allDone: 'Alles erledigt',
  allDoneNext:
    'Von allem, was Ihnen gehört, hat man in diesem Zeitraum gehört. Wählen Sie eines aus Ihrer Liste, wenn sich seither etwas geändert hat.',
  now: 'Einchecken',
  mine: 'Alles, was mir gehört',
  skip: 'Später',
  overdue: 'Überfällig',
  due: (day) => `bis ${day}`,
  done: 'Eingecheckt',
  saved: (title, value) => `Gespeichert: «${title}»${value === null ? '' : `, ${value}`}`,
  saving: 'Wird gespeichert',
  failed: 'Nicht gespeichert',
  notSaved: (title) => `«${title}» wurde nicht gespeichert. Was Sie getippt haben, ist noch da.`,
  backToIt: 'Zurück dazu',
  keySave: 'speichert und geht weiter',
  keyGo: 'gehen weiter, ohne zu speichern',
}
