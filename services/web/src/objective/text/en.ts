export const en = {
  close: 'Close the panel',
  keyResults: 'Key results',
  none: 'No key results yet.',
  history: 'What happened',
  nothing: 'Nothing has happened yet.',
  checkIn: 'Check in',
  why: 'Why',
  by: (who: string, when: string) => `${who} · ${when}`,
  more: 'Show more',
}

export type Text = typeof en
