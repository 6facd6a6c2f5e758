import type { Text } from './en'

export const de: Text = {
  title: 'Bei Cairn anmelden',
  why: 'Ziele und Schlüsselergebnisse, mit ihrer ganzen Geschichte.',
  tenant: 'Organisation',
  person: 'Benutzername',
  signIn: 'Anmelden',
  goTo: (issuer) => `Weiter mit ${issuer}`,
  ended: 'Ihre Sitzung ist beendet. Melden Sie sich an, um fortzufahren.',
  failed: 'Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.',
}
