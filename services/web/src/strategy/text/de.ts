import type { Text } from './en'

export const de: Text = {
  title: 'Strategie',
  whatFor: 'Wofür es uns gibt',
  mission: 'Mission',
  missionIs: 'Wofür es das Unternehmen gibt, heute und in zehn Jahren.',
  vision: 'Vision',
  visionIs: 'Was aus ihm geworden sein soll.',
  noMission: 'Noch ist keine Mission formuliert.',
  noVision: 'Noch ist keine Vision formuliert.',
  noPillars: 'Es gibt noch keine strategischen Säulen',
  noPillarsNext:
    'Eine Säule ist eine Richtung, der Ziele dienen können, für einige Jahre. Drei bis fünf genügen. Legen Sie unten die erste an.',
  noPillarsAsk:
    'Eine Säule ist eine Richtung, der Ziele dienen können, für einige Jahre. Eine Administratorin legt sie an.',
  add: 'Säule anlegen',
  pillarTitle: 'Titel',
  about: 'Was damit gemeint ist',
  edit: 'Bearbeiten',
  up: 'Nach oben',
  down: 'Nach unten',
  remove: 'Entfernen',
  removeReally: 'Wirklich entfernen: Ziele behalten seinen Namen',
  menu: (title) => `${title} ändern`,
  save: 'Speichern',
  cancel: 'Abbrechen',
  noObjectives: 'Kein Ziel dieses Zyklus nennt ihn.',
  hidden: 'Ein Teil davon ist für Sie nicht sichtbar.',
}
