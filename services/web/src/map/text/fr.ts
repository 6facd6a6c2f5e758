import { plural } from '../../i18n'
import type { Text } from './en'

export const fr: Text = {
  title: 'Carte d’alignement',
  help: 'Les flèches déplacent, Entrée ouvre, + et − zooment, 0 montre tout. Glisser et molette aussi.',
  nearer: 'Plus près',
  further: 'Plus loin',
  fit: 'Tout montrer',
  search: 'Trouver sur la carte',
  view: 'Affichage',
  asMap: 'Carte',
  asTable: 'Tableau',
  empty: 'Rien n’est encore prévu dans ce cycle',
  emptyNext: 'Ou rien ne vous en est accessible. Choisissez un autre cycle ci-dessus.',
  below: plural('fr', { one: '# en dessous', other: '# en dessous' }),
  found: plural('fr', { one: '# trouvé', other: '# trouvés' }),
}
