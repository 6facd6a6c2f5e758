import { plural } from '../../../i18n'
import type { Text } from './en'

const events = plural('it', { one: '# evento', other: '# eventi' })

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
  reconciliation: 'Riconciliazione',
  reconciliationIs:
    'Ogni servizio conta e somma ciò che ha accolto, e lo confronta con il registro da cui proviene: sempre e da sé.',
  nothingFound: 'Nessuno scarto: ogni servizio ha accolto ciò che dicono i registri.',
  found: 'Che cosa è stato trovato',
  foundSome: plural('it', { one: '# riscontro.', other: '# riscontri.' }),
  notTold: (services) => `Nessuna risposta da: ${services}.`,
  kinds: {
    stopped: 'è fermo',
    waits: 'aspetta il servizio a cui appartiene un registro',
    differs: 'si scosta dal registro',
    refused: 'messaggi che non sono in nessun registro',
  },
  since: (when) => `dal ${when}`,
  unknownTypes: (service) => `${service} ha tralasciato tipi di eventi di una versione più recente della sua:`,
  askOperator: 'Il gestore dell’installazione rimette in ordine ciò che si scosta.',
  rebuild: 'Ricostruisci',
  rebuildIs:
    'Ciò che un servizio tiene viene rifatto dai registri, accanto a quello in uso, e alla fine messo al suo posto; nel frattempo il servizio risponde. Restate su questa pagina fino alla fine: chi la lascia interrompe, e tutto resta com’era.',
  rebuildIt: (service) => `Ricostruisci: ${service}`,
  renews: {
    progress: 'Tutti i numeri, la storia',
    audit: 'Chi ha fatto che cosa, e ciò che contengono le esportazioni',
    notifications: 'Le caselle di posta, e ciò che se ne è letto; nessuno viene avvisato di nuovo',
    checkins: 'La sua copia di ciò che goals ha definito',
  },
  stop: 'Interrompi',
  stopIt: (service) => `Interrompi la ricostruzione: ${service}`,
  beginning: 'Inizia…',
  phases: {
    events: 'Lettura dei registri…',
    indexes: 'Creazione degli indici…',
    swap: 'Messa in opera…',
    done: 'Fatto',
  },
  ofEvents: (done, all) => `${String(done)} di ${events(all)}`,
  rebuildDone: (count) => `Ricostruito da ${events(count)}.`,
  rebuildStopped: 'Interrotto; tutto è com’era.',
  deadLetters: 'Messaggi non consegnati',
  deadLettersAre:
    'I messaggi che un servizio non ha potuto accogliere restano, con il perché, e quelli della stessa cosa aspettano dietro di loro. Consegnati ancora una volta, ciò che fallisce di nuovo resta.',
  ofYours: 'Vedete quelli della vostra azienda.',
  ofEverybody: 'Vedete quelli di tutte le aziende, e quelli di cui nessuno può dire di chi siano.',
  noLetters: 'Non ce ne sono: tutto è stato accolto.',
  event: 'Evento',
  unreadable: 'illeggibile',
  reason: 'Perché',
  failedAt: 'Quando',
  attempts: 'Tentativi',
  replayIt: 'Riprova',
  replayAll: 'Riprova tutti',
  notInLog:
    'È rimasto senza effetto. Scoprite chi può scrivere su Kafka; ciò che nel frattempo è nel registro sparisce al prossimo tentativo.',
  replayed: (done, left) => `Accolti: ${String(done)}; restano: ${String(left)}.`,
  more: 'Mostra altro',
}
