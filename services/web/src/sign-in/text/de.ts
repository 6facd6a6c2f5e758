import type { Text } from './en'

export const de: Text = {
  title: 'Bei Cairn anmelden',
  why: 'Ziele und Schlüsselergebnisse, mit ihrer ganzen Geschichte.',
  tenant: 'Organisation',
  person: 'Benutzername',
  signIn: 'Anmelden',
  operator: 'Als Betreiber dieser Installation anmelden',
  operatorIs: 'Sieht nach Diensten und unzustellbaren Nachrichten; sieht keine Daten einer Organisation.',
  goTo: (issuer) => `Weiter mit ${issuer}`,
  ended: 'Ihre Sitzung ist beendet. Melden Sie sich an, um fortzufahren.',
  failed: 'Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.',
  failures: {
    SIGN_IN_EXPIRED:
      'Diese Anmeldung wurde in einem anderen Fenster oder vor zu langer Zeit begonnen. Beginnen Sie noch einmal.',
    SIGN_IN_REFUSED: 'Sie wurden dort nicht angemeldet.',
    PERSON_UNKNOWN:
      'Sie sind dort angemeldet, aber Cairn kennt niemanden dieses Namens. Bitten Sie einen Administrator, Sie aufzunehmen.',
    TENANT_UNKNOWN:
      'Sie sind dort angemeldet, aber Cairn kennt niemanden dieses Namens. Bitten Sie einen Administrator, Sie aufzunehmen.',
    PERSON_LEFT: 'Sie haben diese Organisation in Cairn verlassen. Ein Administrator kann Sie wieder aufnehmen.',
    ISSUER_UNAVAILABLE: 'Der Anmeldedienst antwortet nicht. Versuchen Sie es gleich noch einmal.',
  },
}
