export const en = {
  lost: 'Not connected',
  lostWhy: 'What others do is not shown until the server can be reached again. It is tried all the time.',
}

export type Text = typeof en
