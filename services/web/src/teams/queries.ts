import { useQueries, useQuery } from '@tanstack/react-query'
import { get, useGet, useLooked, type Schema } from '../api'
import { dayAfter } from '../cycles'
import { rowsOfTeams } from './rows'

const WEEK = 7

/** All teams with what they come to in a cycle: the numbers come tree by tree, and what is there is shown. */
export function useTeams(cycle: string | undefined) {
  const { data, error, refetch } = useGet('/v1/teams', { query: { limit: 1000 } })
  const teams = data?.items ?? []
  const tops = teams.filter((it) => it.parent === null)
  const views = useQueries({
    queries: tops.map((it) => ({
      ...get('/v1/teams/{team}/progress', {
        path: { team: it.id },
        query: cycle === undefined ? {} : { cycle },
      }),
      enabled: cycle !== undefined,
    })),
    combine: (answers) => ({
      error: answers.find((it) => it.error !== null)?.error ?? null,
      all: answers.flatMap((it) => it.data ?? []),
    }),
  })
  return { asked: data !== undefined, rows: rowsOfTeams(teams, views.all), error: error ?? views.error, refetch }
}

/** The check-ins of each team in the newest period of a cycle that is over or begun; of small teams nothing is told. */
export function useParticipation(cycle: string | undefined) {
  return useGet('/v1/cycles/{cycle}/participation', { path: { cycle: cycle ?? '' } }, { enabled: cycle !== undefined })
}

/** A team, on a day and a week before. */
export function useTeamProgress(team: string, cycle: string | undefined, day: string) {
  const looked = useLooked()
  const ask = (as_of: string) =>
    get(
      '/v1/teams/{team}/progress',
      { path: { team }, query: cycle === undefined ? {} : { cycle } },
      { ...looked, as_of },
    )
  const enabled = cycle !== undefined
  const now = useQuery({ ...ask(day), enabled })
  const before = useQuery({ ...ask(dayAfter(day, -WEEK)), enabled })
  return { now: now.data, before: before.data, error: now.error }
}

/** Whose number is another one than a week ago, or stands there for the first time. */
export function changed(now: Schema['TeamView'], before: Schema['TeamView'] | undefined, id: string): number | null {
  const value = now.objectives.find((it) => it.id === id)?.progress
  const then = before?.objectives.find((it) => it.id === id)?.progress
  return value === null || value === undefined || then === null || then === undefined ? null : value - then
}
