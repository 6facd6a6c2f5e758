/** An objective as the gateway tells it, for tests: without key results, unless said. */
export const anObjective = (said: object = {}) => ({
  id: 'o',
  version: 2,
  title: 'Be loved',
  why: '',
  level: 'team',
  kind: 'committed',
  cycle: { id: 'c' },
  contributors: [],
  start_day: '2026-01-01',
  due_day: '2026-03-31',
  parent: null,
  labels: [],
  visibility: 'company',
  roll_up: 'key_results',
  key_results: [],
  ...said,
})
