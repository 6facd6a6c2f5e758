import { plural } from '../../i18n'
import type { Text } from './en'

export const de: Text = {
  beside: 'Neben',
  title: 'Beteiligung',
  nothing: 'Noch war nichts fällig',
  nothingNext:
    'Check-ins werden nach Team und Periode gezählt, von der ersten Periode des Zyklus an. Teams unter fünf Personen werden nicht gezeigt.',
  byTeam: 'Check-ins nach Team und Periode',
  byTeamIs: 'Anteil der fälligen Check-ins, die gemacht wurden, nach Team und Periode',
  small: 'Teams unter fünf Personen werden nicht gezeigt',
  share: 'Gemacht',
  team: 'Team',
  doneOfDue: (done, due) => `${done} von ${due}`,
  open: 'Wo eine Hand helfen würde',
  between: (from, to) => `${from} bis ${to}`,
  allDone: 'Jedes Team, das gezeigt werden darf, hat alle Check-ins gemacht.',
  compared: 'Zyklen nebeneinander',
  comparedIs: 'Fortschritt, Note und Abdeckung der Zyklen',
  cycle: 'Zyklus',
  objectives: 'Ziele',
  progress: 'Fortschritt',
  grade: 'Note',
  coverage: 'Abdeckung',
  outstanding: plural('de', { one: '# ausstehend', other: '# ausstehend' }),
}
