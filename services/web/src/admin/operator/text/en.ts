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
  deadLetters: 'Dead letters',
  deadLettersAre:
    'Messages that a service could not take in are kept with why. You see those of your company; handed to their service once more, what fails again stays.',
  noLetters: 'There are none: everything was taken in.',
  event: 'Event',
  reason: 'Why',
  failedAt: 'When',
  attempts: 'Attempts',
  replayIt: 'Try again',
  replayAll: 'Try all again',
  replayed: (done: string, left: string) => `Taken in: ${done}; left: ${left}.`,
}

export type Text = typeof en
