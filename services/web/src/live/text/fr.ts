import type { Text } from './en'

export const fr: Text = {
  lost: 'Non connecté',
  lostWhy: 'Ce que font les autres n’apparaît que lorsque le serveur est de nouveau joignable. On essaie sans cesse.',
}
