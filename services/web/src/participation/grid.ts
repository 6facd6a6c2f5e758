import type { Schema } from '../api'

/** What a team did in a period; null: nothing was due, or it is not told. */
export type Cell = { done: number; due: number } | null
export type TeamOverTime = { id: string; name: string; cells: readonly Cell[] }

/** Teams in the order of their names, never of what they did, each with a cell for every period. */
export function overTime(periods: readonly Schema['ParticipationPeriod'][]): TeamOverTime[] {
  const names = new Map<string, string>()
  for (const { teams } of periods)
    for (const { team } of teams) if (team.id !== null) names.set(team.id, team.name ?? team.id)
  return [...names]
    .map(([id, name]) => ({ id, name, cells: periods.map((period) => cellOf(period, id)) }))
    .sort((a, b) => a.name.localeCompare(b.name))
}

/** The newest period that has ended by a day; in its first one, that one. */
export function lastWhole(periods: readonly Schema['ParticipationPeriod'][], day: string): number {
  const ended = periods.findLastIndex((it) => it.to < day)
  return ended >= 0 ? ended : periods.length - 1
}

/** A share from 0 to 1; null: there is none. */
export function shareOf(cell: Cell | undefined): number | null {
  return cell === null || cell === undefined || cell.due === 0 ? null : cell.done / cell.due
}

function cellOf({ teams }: Schema['ParticipationPeriod'], id: string): Cell {
  const own = teams.find((it) => it.team.id === id)
  return own === undefined || own.due === null || own.done === null ? null : { done: own.done, due: own.due }
}
