export const en = {
  close: 'Close the panel',
  keyResults: 'Key results',
  none: 'No key results yet.',
  history: 'What happened',
  nothing: 'Nothing has happened yet.',
  checkIn: 'Check in',
  value: 'New value',
  confidence: 'Confidence, 0 to 10',
  comment: 'What changed?',
  save: 'Save check-in',
  saved: 'Checked in',
  target: (value: string, target: string) => `${value} of ${target}`,
  why: 'Why',
  by: (who: string, when: string) => `${who} · ${when}`,
  more: 'Show more',
}

export type Text = typeof en
