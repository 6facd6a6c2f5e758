import type { Text } from './en'

export const de: Text = {
  title: 'Betrieb',
  lookAgain: 'Noch einmal nachsehen',
  services: 'Dienste',
  service: 'Dienst',
  state: 'Zustand',
  well: 'In Ordnung',
  unwell: 'Nicht in Ordnung',
  head: 'Ereignisse in seinem Log',
  relayed: 'Weitergegeben bis',
  lag: 'Noch nicht aufgenommen',
  letters: 'Unzustellbare',
  deadLetters: 'Unzustellbare Nachrichten',
  deadLettersAre:
    'Nachrichten, die ein Dienst nicht aufnehmen konnte, bleiben mit dem Grund erhalten. Sie sehen die Ihrer Firma; dem Dienst noch einmal gegeben, bleibt, was wieder scheitert.',
  noLetters: 'Es gibt keine: Alles wurde aufgenommen.',
  event: 'Ereignis',
  reason: 'Warum',
  failedAt: 'Wann',
  attempts: 'Versuche',
  replayIt: 'Noch einmal versuchen',
  replayAll: 'Alle noch einmal versuchen',
  replayed: (done, left) => `Aufgenommen: ${done}; übrig: ${left}.`,
}
