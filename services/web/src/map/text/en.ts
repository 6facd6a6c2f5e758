import { plural } from '../../i18n'

export const en = {
  title: 'Alignment map',
  help: 'Arrow keys walk, Enter opens, + and − zoom, 0 shows all. Drag and wheel do, too.',
  nearer: 'Nearer',
  further: 'Further away',
  fit: 'Show all',
  search: 'Find on the map',
  view: 'Shown as',
  asMap: 'Map',
  asTable: 'Table',
  empty: 'Nothing is planned in this cycle yet',
  emptyNext: 'Or nothing of it is open to you. Choose another cycle above.',
  below: plural('en', { one: '# below it', other: '# below it' }),
  found: plural('en', { one: '# found', other: '# found' }),
}

export type Text = typeof en
