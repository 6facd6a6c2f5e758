import type { Schema } from '../api'

/** A team in the tree of teams: how deep it stands, and what it comes to, as soon as that is known. */
export type TeamRow = { team: Schema['Team']; depth: number; view: Schema['TeamView'] | undefined }

/** The teams from the top down, each followed by those below it; on each level in the order of their names. */
export function rowsOfTeams(teams: readonly Schema['Team'][], views: readonly Schema['TeamView'][]): TeamRow[] {
  const known = new Set(teams.map((it) => it.id))
  const numbers = new Map(flat(views).map((it) => [it.team.id, it]))
  const below = new Map<string | null, Schema['Team'][]>()
  for (const team of teams) {
    const above = team.parent?.id ?? null
    const parent = above !== null && known.has(above) ? above : null
    below.set(parent, [...(below.get(parent) ?? []), team])
  }
  const rows: TeamRow[] = []
  const show = (parent: string | null, depth: number) => {
    const those = [...(below.get(parent) ?? [])].sort((a, b) => a.name.localeCompare(b.name))
    for (const team of those) {
      rows.push({ team, depth, view: numbers.get(team.id) })
      show(team.id, depth + 1)
    }
  }
  show(null, 0)
  return rows
}

function flat(views: readonly Schema['TeamView'][]): Schema['TeamView'][] {
  return views.flatMap((it) => [it, ...flat(it.teams)])
}
