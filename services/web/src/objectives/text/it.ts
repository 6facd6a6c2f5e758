import type { Text } from './en'

export const it: Text = {
  title: 'Obiettivi',
  objective: 'Obiettivo',
  owner: 'Responsabile',
  team: 'Team',
  status: 'Stato',
  progress: 'Progresso',
  filters: 'Filtri',
  cycle: 'Ciclo',
  text: 'Titolo o riferimento',
  mine: 'I miei',
  clear: 'Azzera',
  noCycle: 'Non c’è ancora un ciclo',
  noCycleNext:
    'Un ciclo è il periodo per cui si fissano obiettivi, di solito un trimestre. Chiedete a un amministratore di definirne uno.',
  empty: 'In questo ciclo non è ancora previsto nulla',
  emptyNext: 'Oppure nulla vi è visibile. Scegliete un altro ciclo qui sopra.',
  noMatch: 'Nessuna corrispondenza',
  noMatchNext: 'Togliete un filtro per vedere di più.',
  open: (title) => `Apri ${title}`,
  close: (title) => `Chiudi ${title}`,
  levels: { company: 'Azienda', team: 'Team', individual: 'Persona' },
  states: { draft: 'Bozza', active: 'Attivo', closed: 'Chiuso', cancelled: 'Annullato' },
}
