export const en = {
  title: 'Sign in to Cairn',
  why: 'Objectives and key results, with their whole history.',
  tenant: 'Organisation',
  person: 'User name',
  signIn: 'Sign in',
  operator: 'Sign in as operator of this installation',
  operatorIs: 'Looks after services and dead letters; sees no organisation’s data.',
  goTo: (issuer: string) => `Continue with ${issuer}`,
  ended: 'Your session is over. Sign in to go on.',
  failed: 'That did not work. Please try again.',
  failures: {
    SIGN_IN_EXPIRED: 'This sign-in was begun in another window, or too long ago. Begin again.',
    SIGN_IN_REFUSED: 'You were not let in there.',
    PERSON_UNKNOWN: 'You are signed in there, but Cairn knows nobody of that name. Ask an admin to add you.',
    TENANT_UNKNOWN: 'You are signed in there, but Cairn knows nobody of that name. Ask an admin to add you.',
    PERSON_LEFT: 'You have left this organisation in Cairn. An admin can let you back.',
    ISSUER_UNAVAILABLE: 'The sign-in service does not answer. Try again in a moment.',
  } as Record<string, string>,
}

export type Text = typeof en
