import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useLooked } from '../api'
import { useSession } from '../sign-in/session'
import { dayIn } from './days'
import { instantsAt, momentOf, type Calendar, type Moment } from './moment'

/** The days of the tenant, and which it is there today. */
export function useCalendar(): Calendar {
  const { session } = useSession()
  const zone = session?.time_zone ?? 'UTC'
  return { zone, today: dayIn(zone, new Date()) }
}

/** The moment that every page looks at; null: the present. It stands in the address. */
export function useMoment(): Moment | null {
  const looked = useLooked()
  const { zone, today } = useCalendar()
  return useMemo(() => momentOf(looked, { zone, today }), [looked, zone, today])
}

/** Goes to another moment, on the page where one is; null: back to the present. */
export function useGoTo(): (moment: Moment | null) => void {
  const navigate = useNavigate()
  const calendar = useCalendar()
  return (moment) => void navigate({ to: '.', search: (before) => ({ ...before, ...instantsAt(moment, calendar) }) })
}

/** Whether things may be changed here: nobody changes the past. Where not, what changes something is not offered. */
export function useMayChange(): boolean {
  return useMoment() === null
}
