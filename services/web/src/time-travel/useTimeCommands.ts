import { MOST_CYCLES, useGet } from '../api'
import { useFormat } from '../i18n'
import { useIsOperator } from '../sign-in/roles'
import { monthsUntil } from './days'
import { presets, type Preset } from './moment'
import { useText } from './text'
import { useCalendar, useGoTo, useMoment } from './useMoment'

/** The days that one often goes back to. */
export function usePresets(): Preset[] {
  const { today } = useCalendar()
  const cycles = useGet('/v1/cycles', { query: { limit: MOST_CYCLES } }, { enabled: !useIsOperator() })
  return presets(today, cycles.data?.items ?? [])
}

/** What Ctrl-K offers of time travel: there and back. */
export function useTimeCommands(): { label: string; act: () => void }[] {
  const text = useText()
  const moment = useMoment()
  const goTo = useGoTo()
  const back = moment === null ? [] : [{ label: text.back, act: () => goTo(null) }]
  const there = usePresets().map((it) => ({
    label: text.goTo(text.presets[it.name](it.cycle ?? '')),
    act: () => goTo({ trueOn: it.day, knownOn: moment?.knownOn === moment?.trueOn ? null : (moment?.knownOn ?? null) }),
  }))
  return [...back, ...there]
}

/** A year of beginnings of months, for whoever looks for one by its name. */
export function useMonthCommands(): { label: string; act: () => void }[] {
  const text = useText()
  const format = useFormat()
  const { today } = useCalendar()
  const goTo = useGoTo()
  return monthsUntil(today, 13)
    .filter((day) => day < today)
    .map((day) => ({ label: text.compareWith(format.month(day)), act: () => goTo({ trueOn: day, knownOn: null }) }))
}
