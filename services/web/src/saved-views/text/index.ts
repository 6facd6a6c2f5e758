import { texts } from '../../i18n'
import { de } from './de'
import { en } from './en'
import { fr } from './fr'
import { it } from './it'

export const useText = texts({ en, de, fr, it })
