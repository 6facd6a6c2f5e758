export const en = {
  title: 'Strategy',
  whatFor: 'What we are there for',
  mission: 'Mission',
  missionIs: 'What the company is there for, today and in ten years.',
  vision: 'Vision',
  visionIs: 'What it wants to have become.',
  noMission: 'No mission has been stated yet.',
  noVision: 'No vision has been stated yet.',
  noPillars: 'There are no strategic pillars yet',
  noPillarsNext:
    'A pillar is a direction that objectives can serve, for some years. Three to five are enough. Add the first one below.',
  noPillarsAsk: 'A pillar is a direction that objectives can serve, for some years. An admin adds them.',
  add: 'Add a pillar',
  pillarTitle: 'Title',
  about: 'What is meant by it',
  edit: 'Edit',
  up: 'Move up',
  down: 'Move down',
  remove: 'Remove',
  removeReally: 'Remove it: objectives keep its name',
  menu: (title: string) => `Change ${title}`,
  save: 'Save',
  cancel: 'Cancel',
  noObjectives: 'No objective of this cycle names it.',
  hidden: 'Some of it is not open to you.',
}

export type Text = typeof en
