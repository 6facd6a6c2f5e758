export const en = {
  title: 'Sign in to Cairn',
  why: 'Objectives and key results, with their whole history.',
  tenant: 'Organisation',
  person: 'User name',
  signIn: 'Sign in',
  goTo: (issuer: string) => `Continue with ${issuer}`,
  ended: 'Your session is over. Sign in to go on.',
  failed: 'That did not work. Please try again.',
}

export type Text = typeof en
