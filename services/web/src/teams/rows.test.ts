import { describe, expect, it } from 'vitest'
import type { Schema } from '../api'
import { rowsOfTeams } from './rows'

const team = (id: string, parent?: string) =>
  ({ id, name: id, parent: parent === undefined ? null : { id: parent, name: parent } }) as Schema['Team']
const view = (id: string, teams: Schema['TeamView'][] = []) =>
  ({ team: { id, name: id }, progress: 0.5, objectives: [], teams }) as unknown as Schema['TeamView']

describe('the tree of teams', () => {
  it('has each team behind the one that it is below, with the number of its own', () => {
    const rows = rowsOfTeams(
      [team('West', 'Sales'), team('Sales'), team('East', 'Sales')],
      [view('Sales', [view('East')])],
    )
    expect(rows.map((it) => [it.team.id, it.depth, it.view?.progress])).toEqual([
      ['Sales', 0, 0.5],
      ['East', 1, 0.5],
      ['West', 1, undefined],
    ])
  })

  it('shows a team at the top where the one above it is not there', () => {
    expect(rowsOfTeams([team('West', 'dissolved')], []).map((it) => it.depth)).toEqual([0])
  })
})
