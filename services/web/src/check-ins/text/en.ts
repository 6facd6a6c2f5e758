import { plural } from '../../i18n'

const left = plural('en', { one: '# check-in is due', other: '# check-ins are due' })

export const en = {
  title: 'My check-ins',
  left: (count: number) => (count === 0 ? 'Nothing is due' : left(count)),
  none: 'You own no key results yet',
  noneNext: 'Once a key result of an active objective is yours, you check in on it here.',
  toObjectives: 'See the objectives',
  allDone: 'All done for now',
  allDoneNext:
    'Everything of yours has been heard of in this period. Choose one from your list if something changed since.',
  now: 'Check in',
  mine: 'All that is mine',
  skip: 'Later',
  overdue: 'Overdue',
  due: (day: string) => `by ${day}`,
  done: 'Checked in',
  saved: (title: string, value: string | null) => `Saved: “${title}”${value === null ? '' : `, ${value}`}`,
  saving: 'Being saved',
  failed: 'Not saved',
  notSaved: (title: string) => `“${title}” was not saved. What you typed is still there.`,
  backToIt: 'Back to it',
  keySave: 'saves and goes on',
  keyGo: 'go without saving',
}

export type Text = typeof en
