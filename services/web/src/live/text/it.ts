import type { Text } from './en'

export const it: Text = {
  lost: 'Non connesso',
  lostWhy: 'Ciò che fanno gli altri appare solo quando il server è di nuovo raggiungibile. Si riprova di continuo.',
}
