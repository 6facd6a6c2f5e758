import { plural } from '../../i18n'

export const en = {
  beside: 'Beside',
  title: 'Participation',
  nothing: 'Nothing was due yet',
  nothingNext:
    'Check-ins are counted by team and period, from the first period of the cycle on. Teams of fewer than five people are not shown.',
  byTeam: 'Check-ins by team and period',
  byTeamIs: 'Share of the due check-ins that were made, by team and period',
  small: 'Teams of fewer than five people are not shown',
  share: 'Made',
  team: 'Team',
  doneOfDue: (done: string, due: string) => `${done} of ${due}`,
  open: 'Where a hand would help',
  between: (from: string, to: string) => `${from} to ${to}`,
  allDone: 'Every team that may be shown has made all of its check-ins.',
  compared: 'Cycles beside each other',
  comparedIs: 'Progress, grade and coverage of the cycles',
  cycle: 'Cycle',
  objectives: 'Objectives',
  progress: 'Progress',
  grade: 'Grade',
  coverage: 'Coverage',
  outstanding: plural('en', { one: '# outstanding', other: '# outstanding' }),
}

export type Text = typeof en
