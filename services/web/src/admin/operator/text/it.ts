import type { Text } from './en'

export const it: Text = {
  title: 'Esercizio',
  lookAgain: 'Guarda di nuovo',
  services: 'Servizi',
  service: 'Servizio',
  state: 'Stato',
  well: 'In ordine',
  unwell: 'Non in ordine',
  head: 'Eventi nel suo registro',
  relayed: 'Trasmessi fino a',
  lag: 'Non ancora accolti',
  letters: 'Non consegnati',
  deadLetters: 'Messaggi non consegnati',
  deadLettersAre:
    'I messaggi che un servizio non ha potuto accogliere restano, con il perché. Vedete quelli della vostra azienda; consegnati ancora una volta, ciò che fallisce di nuovo resta.',
  noLetters: 'Non ce ne sono: tutto è stato accolto.',
  event: 'Evento',
  reason: 'Perché',
  failedAt: 'Quando',
  attempts: 'Tentativi',
  replayIt: 'Riprova',
  replayAll: 'Riprova tutti',
  replayed: (done, left) => `Accolti: ${done}; restano: ${left}.`,
}
