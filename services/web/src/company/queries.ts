import { useQueries, useQuery } from '@tanstack/react-query'
import { get, useGet, useLooked, type Schema } from '../api'
import { dayAfter, spreadDays } from '../cycles'
import { useTree } from '../objectives/queries'

const POINTS = 9
const WEEK = 7

type Point = { day: string; figures: Schema['CycleFigures'] }

/** What a cycle comes to on some days from its first one on. They are asked for one after the other: each is work for the server. */
export function useCourse(cycle: Schema['Cycle'], day: string) {
  const looked = useLooked()
  const days = spreadDays(cycle.first_day ?? day, day, POINTS)
  return useQuery({
    queryKey: ['course of a cycle', cycle.id, days, looked],
    queryFn: async ({ client }) => {
      const points: Point[] = []
      for (const as_of of days) {
        const asked = get('/v1/cycle-comparison', { query: { cycle: [cycle.id] } }, { ...looked, as_of })
        const [figures] = (await client.query({ ...asked, staleTime: 0 })).cycles
        if (figures !== undefined) points.push({ day: as_of, figures })
      }
      return points
    },
  })
}

/** The tree of a day, and that of a week before: what moved lies between them. */
export function useWeek(cycle: Schema['Cycle'], day: string) {
  const now = useTree(cycle.id)
  const of = { ...useLooked(), as_of: dayAfter(day, -WEEK) }
  const before = useQuery(get('/v1/tree', { query: { cycle: cycle.id, limit: 1000 } }, of))
  return { now: now.data, before: before.data?.objectives, error: now.error ?? before.error }
}

/** The pillars of the vision board, each with what it comes to in a cycle, on a day and a week before. */
export function usePillars(cycle: Schema['Cycle'], day: string) {
  const looked = useLooked()
  const board = useGet('/v1/vision', {})
  const pillars = board.data?.pillars ?? []
  const ask = (pillar: string, as_of: string) =>
    get('/v1/pillars/{pillar}/progress', { path: { pillar }, query: { cycle: cycle.id } }, { ...looked, as_of })
  const now = useQueries({ queries: pillars.map((it) => ask(it.id, day)) })
  const before = useQueries({ queries: pillars.map((it) => ask(it.id, dayAfter(day, -WEEK))) })
  return {
    asked: board.data !== undefined,
    error: board.error ?? now.find((it) => it.error)?.error ?? null,
    pillars: pillars.map((pillar, place) => ({ pillar, now: now[place]?.data, before: before[place]?.data })),
  }
}

/** Objectives that are due within the next weeks, the nearest first. */
export function useClosingSoon(cycle: Schema['Cycle'], day: string) {
  return useGet('/v1/objectives', {
    query: {
      cycle: [cycle.id],
      state: ['active'],
      due_after: dayAfter(day, -1),
      due_before: dayAfter(day, 4 * WEEK + 1),
      sort: 'due_day',
      limit: 8,
    },
  })
}
