import { plural } from '../../../i18n'

const events = plural('en', { one: '# event', other: '# events' })

export const en = {
  title: 'Operation',
  lookAgain: 'Look again',
  services: 'Services',
  service: 'Service',
  state: 'State',
  well: 'Well',
  unwell: 'Not well',
  head: 'Events in its log',
  relayed: 'Relayed up to',
  lag: 'Not taken in yet',
  letters: 'Dead letters',
  reconciliation: 'Reconciliation',
  reconciliationIs:
    'Every service counts and adds up what it took in, and holds it against the log that it came from: all the time, by itself.',
  nothingFound: 'Nothing differs: every service took in what the logs say.',
  found: 'What was found',
  foundSome: plural('en', { one: '# finding.', other: '# findings.' }),
  notTold: (services: string) => `No answer from: ${services}.`,
  kinds: {
    stopped: 'stands still',
    waits: 'waits for a log’s owner',
    differs: 'is not what the log says',
    refused: 'messages that are in no log',
  },
  since: (when: string) => `since ${when}`,
  unknownTypes: (service: string) => `${service} passed over types of events of a newer version than its own:`,
  askOperator: 'The operator of the installation makes right what differs.',
  rebuild: 'Make anew',
  rebuildIs:
    'What a service keeps is made again from the logs, beside what is live, and put in its place at the end; it answers all the while. Stay on this page until it is done: whoever leaves ends it, and everything is as it was.',
  rebuildIt: (service: string) => `Make anew: ${service}`,
  renews: {
    progress: 'Every number, the history',
    audit: 'Who did what, and what exports hold',
    notifications: 'Inboxes, and what of them was read; nobody is told again',
    checkins: 'Its copy of what goals defined',
  },
  stop: 'Stop',
  stopIt: (service: string) => `Stop making anew: ${service}`,
  beginning: 'Beginning…',
  phases: {
    events: 'Reading the logs…',
    indexes: 'Making indexes…',
    swap: 'Putting it in place…',
    done: 'Done',
  } as Record<string, string>,
  ofEvents: (done: number, all: number) => `${String(done)} of ${events(all)}`,
  rebuildDone: (count: number) => `Made anew from ${events(count)}.`,
  rebuildStopped: 'Stopped; everything is as it was.',
  deadLetters: 'Dead letters',
  deadLettersAre:
    'Messages that a service could not take in are kept with why, and those of the same thing wait behind them. Handed to their service once more, what fails again stays.',
  ofYours: 'You see those of your company.',
  ofEverybody: 'You see those of all companies, and those of which nobody can tell whose they are.',
  noLetters: 'There are none: everything was taken in.',
  event: 'Event',
  unreadable: 'unreadable',
  reason: 'Why',
  failedAt: 'When',
  attempts: 'Attempts',
  replayIt: 'Try again',
  replayAll: 'Try all again',
  notInLog:
    'It had no effect. Find out who can write to Kafka; what the log has by now is taken away when it is tried again.',
  replayed: (done: number, left: number) => `Taken in: ${String(done)}; left: ${String(left)}.`,
  more: 'Show more',
}

export type Text = typeof en
