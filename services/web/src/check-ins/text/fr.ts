import { plural } from '../../i18n'
import type { Text } from './en'

const left = plural('fr', { one: '# point à faire', other: '# points à faire' })

export const fr: Text = {
  title: 'Mes points',
  left: (count) => (count === 0 ? 'Rien à faire' : left(count)),
  none: 'Vous n’avez pas encore de résultat clé',
  noneNext: 'Dès qu’un résultat clé d’un objectif actif est à vous, vous faites le point ici.',
  toObjectives: 'Voir les objectifs',
  allDone: 'Tout est fait',
  allDoneNext:
    'Tout ce qui est à vous a reçu des nouvelles dans cette période. Choisissez-en un dans votre liste si quelque chose a changé depuis.',
  now: 'Faire le point',
  mine: 'Tout ce qui est à moi',
  skip: 'Plus tard',
  overdue: 'En souffrance',
  due: (day) => `avant le ${day}`,
  done: 'Point fait',
  saved: (title, value) => `Enregistré : « ${title} »${value === null ? '' : `, ${value}`}`,
  saving: 'Enregistrement',
  failed: 'Pas enregistré',
  notSaved: (title) => `« ${title} » n’a pas été enregistré. Ce que vous avez saisi est toujours là.`,
  backToIt: 'Y revenir',
  keySave: 'enregistre et continue',
  keyGo: 'avancent sans enregistrer',
}
