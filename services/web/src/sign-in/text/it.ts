import type { Text } from './en'

export const it: Text = {
  title: 'Accedi a Cairn',
  why: 'Obiettivi e risultati chiave, con tutta la loro storia.',
  tenant: 'Organizzazione',
  person: 'Nome utente',
  signIn: 'Accedi',
  goTo: (issuer) => `Continua con ${issuer}`,
  ended: 'La sessione è terminata. Accedi per continuare.',
  failed: 'Non ha funzionato. Riprova.',
}
