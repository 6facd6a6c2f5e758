import type { Text } from './en'

export const fr: Text = {
  title: 'Se connecter à Cairn',
  why: 'Objectifs et résultats clés, avec toute leur histoire.',
  tenant: 'Organisation',
  person: 'Nom d’utilisateur',
  signIn: 'Se connecter',
  goTo: (issuer) => `Continuer avec ${issuer}`,
  ended: 'Votre session est terminée. Connectez-vous pour continuer.',
  failed: 'Cela n’a pas fonctionné. Veuillez réessayer.',
}
