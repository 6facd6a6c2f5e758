import type { Text } from './en'

export const fr: Text = {
  title: 'Stratégie',
  whatFor: 'Notre raison d’être',
  mission: 'Mission',
  missionIs: 'Ce pour quoi l’entreprise existe, aujourd’hui comme dans dix ans.',
  vision: 'Vision',
  visionIs: 'Ce qu’elle veut être devenue.',
  noMission: 'Aucune mission n’a encore été formulée.',
  noVision: 'Aucune vision n’a encore été formulée.',
  noPillars: 'Il n’y a pas encore de piliers stratégiques',
  noPillarsNext:
    'Un pilier est une direction que les objectifs peuvent servir, pour quelques années. Trois à cinq suffisent. Ajoutez le premier ci-dessous.',
  noPillarsAsk:
    'Un pilier est une direction que les objectifs peuvent servir, pour quelques années. Un administrateur les ajoute.',
  add: 'Ajouter un pilier',
  pillarTitle: 'Titre',
  about: 'Ce que l’on entend par là',
  edit: 'Modifier',
  up: 'Monter',
  down: 'Descendre',
  remove: 'Supprimer',
  removeReally: 'Supprimer : les objectifs gardent son nom',
  menu: (title) => `Modifier ${title}`,
  save: 'Enregistrer',
  cancel: 'Annuler',
  noObjectives: 'Aucun objectif de ce cycle ne s’y rattache.',
  hidden: 'Une partie ne vous est pas accessible.',
}
