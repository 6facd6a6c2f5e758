import type { Text } from './en'

export const de: Text = {
  lost: 'Nicht verbunden',
  lostWhy: 'Was andere tun, erscheint erst, wenn der Server wieder erreichbar ist. Es wird laufend versucht.',
}
