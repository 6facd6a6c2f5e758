import { plural } from '../../i18n'
import type { Text } from './en'

export const fr: Text = {
  beside: 'À côté de',
  title: 'Participation',
  nothing: 'Rien n’était encore dû',
  nothingNext:
    'Les points sont comptés par équipe et par période, dès la première période du cycle. Les équipes de moins de cinq personnes ne sont pas montrées.',
  byTeam: 'Points par équipe et par période',
  byTeamIs: 'Part des points dus qui ont été faits, par équipe et par période',
  small: 'Les équipes de moins de cinq personnes ne sont pas montrées',
  share: 'Faits',
  team: 'Équipe',
  doneOfDue: (done, due) => `${done} sur ${due}`,
  open: 'Où un coup de main aiderait',
  between: (from, to) => `du ${from} au ${to}`,
  allDone: 'Toutes les équipes qui peuvent être montrées ont fait tous leurs points.',
  compared: 'Cycles côte à côte',
  comparedIs: 'Progression, note et couverture des cycles',
  cycle: 'Cycle',
  objectives: 'Objectifs',
  progress: 'Progression',
  grade: 'Note',
  coverage: 'Couverture',
  outstanding: plural('fr', { one: '# manquant', other: '# manquants' }),
}
