import type { Schema } from '../../api'

type Role = Schema['Role']

export const ROLES = ['admin', 'champion', 'member', 'viewer', 'auditor', 'service'] as const satisfies readonly Role[]

/** What the address of the people says: which of them, and who is open beside them. */
export type PeopleSearch = {
  text?: string
  /** Left out: those who are there. */
  state?: 'invited' | 'left' | 'all'
  role?: Role
  /** By its id, or its name. */
  team?: string
  open?: string
}

const textOf = (value: unknown) =>
  typeof value === 'number' ? String(value) : typeof value === 'string' && value !== '' ? value : undefined

export function peopleSearch(search: Record<string, unknown>): PeopleSearch {
  return {
    text: textOf(search.text),
    state: (['invited', 'left', 'all'] as const).find((it) => it === search.state),
    role: ROLES.find((it) => it === search.role),
    team: textOf(search.team),
    open: textOf(search.open),
  }
}

/** Everybody who is there: no filter is set. */
export const EVERYBODY = {
  text: undefined,
  state: undefined,
  role: undefined,
  team: undefined,
} satisfies Partial<PeopleSearch>

export function isFiltered(search: PeopleSearch): boolean {
  return Object.keys(EVERYBODY).some((name) => search[name as keyof typeof EVERYBODY] !== undefined)
}

/** What the gateway is asked for. */
export function questionOf({ text, state, role, team }: PeopleSearch) {
  return {
    ...(text !== undefined && { text }),
    ...(state !== 'all' && { state: [state === 'left' ? ('left' as const) : ('active' as const)] }),
    ...(state === 'invited' && { invited: true }),
    ...(role !== undefined && { role: [role] }),
    ...(team !== undefined && { team: [team] }),
  }
}
