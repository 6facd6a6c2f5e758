import { plural } from '../../../i18n'
import type { Text } from './en'

const events = plural('de', { one: '# Ereignis', other: '# Ereignissen' })

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
  reconciliation: 'Abgleich',
  reconciliationIs:
    'Jeder Dienst zählt und summiert, was er aufgenommen hat, und vergleicht es mit dem Log, aus dem es kam: immerzu und von selbst.',
  nothingFound: 'Keine Abweichung: Jeder Dienst hat aufgenommen, was in den Logs steht.',
  found: 'Was gefunden wurde',
  foundSome: plural('de', { one: '# Befund.', other: '# Befunde.' }),
  notTold: (services) => `Keine Antwort von: ${services}.`,
  kinds: {
    stopped: 'steht still',
    waits: 'wartet auf den Dienst, dem ein Log gehört',
    differs: 'weicht vom Log ab',
    refused: 'Nachrichten, die in keinem Log stehen',
  },
  since: (when) => `seit ${when}`,
  unknownTypes: (service) => `${service} hat Arten von Ereignissen einer neueren Version übergangen:`,
  askOperator: 'Die Betreiber der Installation bringen in Ordnung, was abweicht.',
  rebuild: 'Neu aufbauen',
  rebuildIs:
    'Was ein Dienst führt, wird aus den Logs neu gemacht, neben dem laufenden Stand, und am Schluss an dessen Stelle gesetzt; er antwortet die ganze Zeit. Bleiben Sie bis zum Ende auf dieser Seite: Wer sie verlässt, bricht ab, und alles ist wie zuvor.',
  rebuildIt: (service) => `Neu aufbauen: ${service}`,
  renews: {
    progress: 'Alle Zahlen, die Geschichte',
    audit: 'Wer was getan hat, und was Exporte enthalten',
    notifications: 'Posteingänge, und was davon gelesen ist; niemand wird noch einmal benachrichtigt',
    checkins: 'Die Kopie dessen, was goals festgelegt hat',
  },
  stop: 'Abbrechen',
  stopIt: (service) => `Aufbau abbrechen: ${service}`,
  beginning: 'Beginnt …',
  phases: {
    events: 'Logs werden gelesen …',
    indexes: 'Indexe werden gebaut …',
    swap: 'Wird eingesetzt …',
    done: 'Fertig',
  },
  ofEvents: (done, all) => `${String(done)} von ${events(all)}`,
  rebuildDone: (count) => `Aus ${events(count)} neu aufgebaut.`,
  rebuildStopped: 'Abgebrochen; alles ist wie zuvor.',
  deadLetters: 'Unzustellbare Nachrichten',
  deadLettersAre:
    'Nachrichten, die ein Dienst nicht aufnehmen konnte, bleiben mit dem Grund erhalten, und die zur selben Sache warten dahinter. Dem Dienst noch einmal gegeben, bleibt, was wieder scheitert.',
  ofYours: 'Sie sehen die Ihrer Firma.',
  ofEverybody: 'Sie sehen die aller Firmen, und die, von denen niemand sagen kann, wem sie gehören.',
  noLetters: 'Es gibt keine: Alles wurde aufgenommen.',
  event: 'Ereignis',
  unreadable: 'unlesbar',
  reason: 'Warum',
  failedAt: 'Wann',
  attempts: 'Versuche',
  replayIt: 'Noch einmal versuchen',
  replayAll: 'Alle noch einmal versuchen',
  notInLog:
    'Sie blieb ohne Wirkung. Finden Sie heraus, wer auf Kafka schreiben kann; was inzwischen im Log steht, verschwindet beim nächsten Versuch.',
  replayed: (done, left) => `Aufgenommen: ${String(done)}; übrig: ${String(left)}.`,
  more: 'Mehr anzeigen',
}
