import { texts } from '../i18n'

/** What the pages of those who keep things in order share. */
export const useText = texts({
  en: {
    notForYou: 'This page is not for you',
    forWhom: {
      admins: 'The admins of your company use it. Ask one of them for what you need.',
      keepers: 'Admins and champions use it. Ask one of them for what you need.',
      watchers: 'Admins, auditors and the operator of the installation use it.',
    },
    notNow: 'Not now',
    close: 'Close',
  },
  de: {
    notForYou: 'Diese Seite ist nicht für Sie',
    forWhom: {
      admins: 'Sie ist für die Administratoren Ihrer Firma. Fragen Sie dort nach dem, was Sie brauchen.',
      keepers: 'Sie ist für Administratoren und OKR-Champions. Fragen Sie dort nach dem, was Sie brauchen.',
      watchers: 'Sie ist für Administratoren, Prüfer und die Betreiber der Installation.',
    },
    notNow: 'Jetzt nicht',
    close: 'Schliessen',
  },
  fr: {
    notForYou: 'Cette page n’est pas pour vous',
    forWhom: {
      admins: 'Elle est destinée aux administrateurs de votre entreprise. Demandez-leur ce dont vous avez besoin.',
      keepers: 'Elle est destinée aux administrateurs et aux champions. Demandez-leur ce dont vous avez besoin.',
      watchers: 'Elle est destinée aux administrateurs, aux auditeurs et à l’exploitant de l’installation.',
    },
    notNow: 'Pas maintenant',
    close: 'Fermer',
  },
  it: {
    notForYou: 'Questa pagina non è per voi',
    forWhom: {
      admins: 'È per gli amministratori della vostra azienda. Chiedete a loro ciò che vi serve.',
      keepers: 'È per gli amministratori e i champion. Chiedete a loro ciò che vi serve.',
      watchers: 'È per gli amministratori, i revisori e il gestore dell’installazione.',
    },
    notNow: 'Non ora',
    close: 'Chiudi',
  },
})
