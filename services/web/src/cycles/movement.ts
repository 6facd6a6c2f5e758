import type { Schema } from '../api'

type Objective = Schema['TreeObjective']

/** An objective that stood there on both days, and by how much its progress moved. */
export type Movement = { objective: Objective; before: Objective; moved: number }

/** Those that moved from one day to another, the furthest first. What has no number on one of them did not move. */
export function movements(now: readonly Objective[], before: readonly Objective[]): Movement[] {
  return both(now, before)
    .map(({ objective, before }) => ({ objective, before, moved: shown(objective) - shown(before) }))
    .filter(({ moved }) => Math.abs(moved) >= 0.005)
    .sort((a, b) => Math.abs(b.moved) - Math.abs(a.moved))
}

/** Those whose status turned: first the ones that turned to the worse. */
export function turned(now: readonly Objective[], before: readonly Objective[]): Movement[] {
  return both(now, before)
    .filter(({ objective, before }) => objective.status !== before.status)
    .map((it) => ({ ...it, moved: shown(it.objective) - shown(it.before) }))
    .sort((a, b) => gravity(b) - gravity(a))
}

/** Those at risk that are furthest from where the calendar expects them, what stands higher in the tree first. */
export function atRisk(objectives: readonly Objective[]): Objective[] {
  return objectives
    .filter((it) => it.state === 'active' && it.status === 'at_risk')
    .sort((a, b) => LEVELS[a.level] - LEVELS[b.level] || gap(b) - gap(a))
}

const LEVELS = { company: 0, team: 1, individual: 2 } as const
const BADNESS = { achieved: 0, on_track: 1, not_started: 2, behind: 3, at_risk: 4 } as const

/** How far the progress lies behind the expected pace. */
export function gap(it: Objective): number {
  return (it.pace ?? 0) - shown(it)
}

function both(now: readonly Objective[], before: readonly Objective[]) {
  const then = new Map(before.map((it) => [it.id, it]))
  return now.flatMap((objective) => {
    const it = then.get(objective.id)
    const told = it !== undefined && it.status !== null && objective.status !== null
    return told ? [{ objective, before: it }] : []
  })
}

function shown(it: Objective): number {
  return Math.min(1, Math.max(0, it.progress ?? 0))
}

function gravity({ objective, before }: Movement): number {
  return BADNESS[objective.status ?? 'not_started'] - BADNESS[before.status ?? 'not_started']
}
