import { texts } from '../i18n'

/** The few words that all pages share. */
export const useUiText = texts({
  en: {
    statuses: {
      not_started: 'Not started',
      on_track: 'On track',
      behind: 'Behind',
      at_risk: 'At risk',
      achieved: 'Achieved',
    },
    noNumber: 'no number yet',
    nobody: 'nobody',
    tryAgain: 'Try again',
    unreachable: 'The server cannot be reached. What you typed is still here.',
    lookingBack:
      'You are looking at the past, which nobody can change. Go back to today first. What you typed is still here.',
    reference: (id: string) => `Reference ${id}`,
    loading: 'Loading',
    open: 'Open above the page',
    asTable: 'As a table',
    unmoved: '±0',
    points: (signed: string) => `${signed} pts`,
  },
  de: {
    statuses: {
      not_started: 'Nicht begonnen',
      on_track: 'Auf Kurs',
      behind: 'Im Rückstand',
      at_risk: 'Gefährdet',
      achieved: 'Erreicht',
    },
    noNumber: 'noch keine Zahl',
    nobody: 'niemand',
    tryAgain: 'Erneut versuchen',
    unreachable: 'Der Server ist nicht erreichbar. Was Sie getippt haben, ist noch da.',
    lookingBack:
      'Sie sehen die Vergangenheit, und die kann niemand ändern. Gehen Sie zuerst zurück zu heute. Was Sie getippt haben, ist noch da.',
    reference: (id: string) => `Referenz ${id}`,
    loading: 'Wird geladen',
    open: 'Über der Seite geöffnet',
    asTable: 'Als Tabelle',
    unmoved: '±0',
    points: (signed: string) => `${signed} Pkt.`,
  },
  fr: {
    statuses: {
      not_started: 'Pas commencé',
      on_track: 'En bonne voie',
      behind: 'En retard',
      at_risk: 'À risque',
      achieved: 'Atteint',
    },
    noNumber: 'pas encore de chiffre',
    nobody: 'personne',
    tryAgain: 'Réessayer',
    unreachable: 'Le serveur est injoignable. Ce que vous avez saisi est toujours là.',
    lookingBack:
      'Vous regardez le passé, que personne ne peut changer. Revenez d’abord à aujourd’hui. Ce que vous avez saisi est toujours là.',
    reference: (id: string) => `Référence ${id}`,
    loading: 'Chargement',
    open: 'Ouvert au-dessus de la page',
    asTable: 'Sous forme de tableau',
    unmoved: '±0',
    points: (signed: string) => `${signed} pts`,
  },
  it: {
    statuses: {
      not_started: 'Non iniziato',
      on_track: 'In linea',
      behind: 'In ritardo',
      at_risk: 'A rischio',
      achieved: 'Raggiunto',
    },
    noNumber: 'ancora nessun valore',
    nobody: 'nessuno',
    tryAgain: 'Riprova',
    unreachable: 'Il server non è raggiungibile. Ciò che avete scritto è ancora qui.',
    lookingBack:
      'State guardando il passato, che nessuno può cambiare. Tornate prima a oggi. Ciò che avete scritto è ancora qui.',
    reference: (id: string) => `Riferimento ${id}`,
    loading: 'Caricamento',
    open: 'Aperto sopra la pagina',
    asTable: 'Come tabella',
    unmoved: '±0',
    points: (signed: string) => `${signed} pti`,
  },
})
