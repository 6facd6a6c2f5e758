import { plural } from '../../i18n'
import type { Text } from './en'

export const it: Text = {
  title: 'Mappa di allineamento',
  help: 'Le frecce spostano, Invio apre, + e − ingrandiscono e riducono, 0 mostra tutto. Anche trascinando e con la rotella.',
  nearer: 'Più vicino',
  further: 'Più lontano',
  fit: 'Mostra tutto',
  search: 'Trova sulla mappa',
  view: 'Vista',
  asMap: 'Mappa',
  asTable: 'Tabella',
  empty: 'In questo ciclo non è ancora previsto nulla',
  emptyNext: 'Oppure nulla vi è accessibile. Scegliete un altro ciclo qui sopra.',
  below: plural('it', { one: '# sottostante', other: '# sottostanti' }),
  found: plural('it', { one: '# trovato', other: '# trovati' }),
}
