import type { Text } from './en'

export const it: Text = {
  title: 'Accedi a Cairn',
  why: 'Obiettivi e risultati chiave, con tutta la loro storia.',
  tenant: 'Organizzazione',
  person: 'Nome utente',
  signIn: 'Accedi',
  operator: 'Accedi come gestore di questa installazione',
  operatorIs: 'Si occupa dei servizi e dei messaggi non consegnati; non vede i dati di nessuna organizzazione.',
  goTo: (issuer) => `Continua con ${issuer}`,
  ended: 'La sessione è terminata. Accedi per continuare.',
  failed: 'Non ha funzionato. Riprova.',
  failures: {
    SIGN_IN_EXPIRED: 'Questo accesso è stato iniziato in un’altra finestra o troppo tempo fa. Ricomincia.',
    SIGN_IN_REFUSED: 'Il servizio di accesso non ti ha fatto entrare.',
    PERSON_UNKNOWN:
      'L’accesso è riuscito, ma Cairn non conosce nessuno con quel nome. Chiedi a un amministratore di aggiungerti.',
    TENANT_UNKNOWN:
      'L’accesso è riuscito, ma Cairn non conosce nessuno con quel nome. Chiedi a un amministratore di aggiungerti.',
    PERSON_LEFT: 'Hai lasciato questa organizzazione in Cairn. Un amministratore può riammetterti.',
    ISSUER_UNAVAILABLE: 'Il servizio di accesso non risponde. Riprova tra un momento.',
  },
}
