import { plural } from '../../i18n'
import type { Text } from './en'

const left = plural('it', { one: '# check-in da fare', other: '# check-in da fare' })

export const it: Text = {
  title: 'I miei check-in',
  left: (count) => (count === 0 ? 'Nulla da fare' : left(count)),
  none: 'Non avete ancora risultati chiave',
  noneNext: 'Quando un risultato chiave di un obiettivo attivo è vostro, fate il check-in qui.',
  toObjectives: 'Vedi gli obiettivi',
  allDone: 'Tutto fatto',
  allDoneNext:
    'Di tutto ciò che è vostro si è avuta notizia in questo periodo. Sceglietene uno dal vostro elenco se qualcosa è cambiato.',
  now: 'Fai il check-in',
  mine: 'Tutto ciò che è mio',
  skip: 'Più tardi',
  overdue: 'In ritardo',
  due: (day) => `entro il ${day}`,
  done: 'Check-in fatto',
  saved: (title, value) => `Salvato: «${title}»${value === null ? '' : `, ${value}`}`,
  saving: 'Salvataggio',
  failed: 'Non salvato',
  notSaved: (title) => `«${title}» non è stato salvato. Ciò che avete scritto è ancora lì.`,
  backToIt: 'Torna lì',
  keySave: 'salva e va avanti',
  keyGo: 'vanno avanti senza salvare',
}
