import type { Text } from './en'

export const de: Text = {
  title: 'Ziele',
  objective: 'Ziel',
  owner: 'Verantwortlich',
  team: 'Team',
  status: 'Status',
  progress: 'Fortschritt',
  filters: 'Filter',
  cycle: 'Zyklus',
  text: 'Titel oder Referenz',
  mine: 'Meine',
  clear: 'Zurücksetzen',
  noCycle: 'Es gibt noch keinen Zyklus',
  noCycleNext:
    'Ein Zyklus ist die Zeit, für die Ziele gesetzt werden, meist ein Quartal. Bitten Sie eine Administratorin, einen anzulegen.',
  empty: 'In diesem Zyklus ist noch nichts geplant',
  emptyNext: 'Oder nichts davon ist für Sie sichtbar. Wählen Sie oben einen anderen Zyklus.',
  noMatch: 'Nichts passt',
  noMatchNext: 'Nehmen Sie einen Filter weg, um mehr zu sehen.',
  open: (title) => `${title} aufklappen`,
  close: (title) => `${title} zuklappen`,
  levels: { company: 'Unternehmen', team: 'Team', individual: 'Person' },
  states: { draft: 'Entwurf', active: 'Aktiv', closed: 'Abgeschlossen', cancelled: 'Abgebrochen' },
}
