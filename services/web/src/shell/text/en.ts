export const en = {
  skip: 'Skip to content',
  navigation: 'Pages',
  menu: 'Show the pages',
  pages: {
    checkIns: 'Check-ins',
    inbox: 'Inbox',
    newObjective: 'New objective',
    templates: 'Templates',
    company: 'Company',
    objectives: 'Objectives',
    map: 'Alignment map',
    teams: 'Teams',
    kpis: 'KPIs',
    strategy: 'Strategy',
    participation: 'Participation',
  },
  search: 'Find an objective or a page',
  nothing: 'Nothing is called that.',
  light: 'Light colours',
  dark: 'Dark colours',
  mine: 'My page',
  signOut: 'Sign out everywhere',
  ended: 'Your session is over',
  endedWhy: 'What you typed is still here. Sign in, and go on.',
  close: 'Close',
}

export type Text = typeof en
