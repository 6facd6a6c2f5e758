import { plural } from '../../i18n'
import type { Text } from './en'

export const it: Text = {
  beside: 'Accanto a',
  title: 'Partecipazione',
  nothing: 'Nulla era ancora dovuto',
  nothingNext:
    'I check-in si contano per team e periodo, dal primo periodo del ciclo. I team con meno di cinque persone non si mostrano.',
  byTeam: 'Check-in per team e periodo',
  byTeamIs: 'Quota dei check-in dovuti che sono stati fatti, per team e periodo',
  small: 'I team con meno di cinque persone non si mostrano',
  share: 'Fatti',
  team: 'Team',
  doneOfDue: (done, due) => `${done} di ${due}`,
  open: 'Dove una mano aiuterebbe',
  between: (from, to) => `dal ${from} al ${to}`,
  allDone: 'Ogni team che si può mostrare ha fatto tutti i check-in.',
  compared: 'Cicli a confronto',
  comparedIs: 'Avanzamento, voto e copertura dei cicli',
  cycle: 'Ciclo',
  objectives: 'Obiettivi',
  progress: 'Avanzamento',
  grade: 'Voto',
  coverage: 'Copertura',
  outstanding: plural('it', { one: '# mancante', other: '# mancanti' }),
}
