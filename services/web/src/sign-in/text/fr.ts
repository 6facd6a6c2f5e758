import type { Text } from './en'

export const fr: Text = {
  title: 'Se connecter à Cairn',
  why: 'Objectifs et résultats clés, avec toute leur histoire.',
  tenant: 'Organisation',
  person: 'Nom d’utilisateur',
  signIn: 'Se connecter',
  operator: 'Se connecter comme exploitant de cette installation',
  operatorIs: 'Veille sur les services et les messages non remis ; ne voit les données d’aucune organisation.',
  goTo: (issuer) => `Continuer avec ${issuer}`,
  ended: 'Votre session est terminée. Connectez-vous pour continuer.',
  failed: 'Cela n’a pas fonctionné. Veuillez réessayer.',
  failures: {
    SIGN_IN_EXPIRED: 'Cette connexion a été commencée dans une autre fenêtre ou il y a trop longtemps. Recommencez.',
    SIGN_IN_REFUSED: 'Le service de connexion ne vous a pas laissé entrer.',
    PERSON_UNKNOWN:
      'Vous y êtes connecté, mais Cairn ne connaît personne de ce nom. Demandez à un administrateur de vous ajouter.',
    TENANT_UNKNOWN:
      'Vous y êtes connecté, mais Cairn ne connaît personne de ce nom. Demandez à un administrateur de vous ajouter.',
    PERSON_LEFT: 'Vous avez quitté cette organisation dans Cairn. Un administrateur peut vous réintégrer.',
    ISSUER_UNAVAILABLE: 'Le service de connexion ne répond pas. Réessayez dans un instant.',
  },
}
