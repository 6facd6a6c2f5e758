import type { Text } from './en'

export const it: Text = {
  title: 'Strategia',
  whatFor: 'La nostra ragion d’essere',
  mission: 'Missione',
  missionIs: 'Perché l’azienda esiste, oggi e tra dieci anni.',
  vision: 'Visione',
  visionIs: 'Che cosa vuole diventare.',
  noMission: 'Non è ancora stata formulata alcuna missione.',
  noVision: 'Non è ancora stata formulata alcuna visione.',
  noPillars: 'Non ci sono ancora pilastri strategici',
  noPillarsNext:
    'Un pilastro è una direzione che gli obiettivi possono servire, per alcuni anni. Ne bastano da tre a cinque. Aggiungete il primo qui sotto.',
  noPillarsAsk:
    'Un pilastro è una direzione che gli obiettivi possono servire, per alcuni anni. Li aggiunge un amministratore.',
  add: 'Aggiungi un pilastro',
  pillarTitle: 'Titolo',
  about: 'Che cosa si intende',
  edit: 'Modifica',
  up: 'Sposta in su',
  down: 'Sposta in giù',
  remove: 'Rimuovi',
  removeReally: 'Rimuovi: gli obiettivi ne conservano il nome',
  menu: (title) => `Modifica ${title}`,
  save: 'Salva',
  cancel: 'Annulla',
  noObjectives: 'Nessun obiettivo di questo ciclo vi fa riferimento.',
  hidden: 'Una parte non vi è accessibile.',
}
