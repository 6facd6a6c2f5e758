import { ActionIcon, Button, Loader } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useIsFetching } from '@tanstack/react-query'
import { ChevronLeft, ChevronRight, ChevronsLeft, ChevronsRight, History, Undo2 } from 'lucide-react'
import { useFormat, useLanguage } from '../i18n'
import { stepped } from './moment'
import { useText } from './text'
import './time-travel.css'
import { useCalendar, useGoTo, useMoment } from './useMoment'
import { usePartsOfToday } from './usePartsOfToday'

const STEPS = [
  { name: 'weekBack', days: -7, icon: ChevronsLeft },
  { name: 'dayBack', days: -1, icon: ChevronLeft },
  { name: 'dayOn', days: 1, icon: ChevronRight },
  { name: 'weekOn', days: 7, icon: ChevronsRight },
] as const

/** Says over every page which moment it looks at, steps from day to day, and leads back. Its keys work in the present, too. */
export function TimeBanner() {
  const moment = useMoment()
  const goTo = useGoTo()
  const { today } = useCalendar()
  const step = (days: number) => goTo(stepped(moment, days, today))
  useHotkeys([
    ['alt+shift+ArrowLeft', () => step(-1)],
    ['alt+shift+ArrowRight', () => moment && step(1)],
    ['alt+shift+ArrowDown', () => step(-7)],
    ['alt+shift+ArrowUp', () => moment && step(7)],
  ])
  return moment && <OverThePast onStep={step} onBack={() => goTo(null)} />
}

function OverThePast({ onStep, onBack }: { onStep: (days: number) => void; onBack: () => void }) {
  const text = useText()
  const format = useFormat()
  const moment = useMoment()
  const asking = useIsFetching() > 0
  const list = new Intl.ListFormat(useLanguage())
  const ofToday = usePartsOfToday().map((it) => text.parts[it])
  if (moment === null) return null
  const { trueOn, knownOn } = moment
  const known =
    knownOn === null ? text.asKnownNow : knownOn === trueOn ? text.asKnownThen : text.asKnown(format.day(knownOn))
  return (
    <section className="time-banner" aria-label={text.banner}>
      <History size={18} aria-hidden />
      <p role="status">
        <b>{text.youLookAt(format.day(trueOn))}</b> {known}. <span className="time-banner-more">{text.readOnly}</span>
        {ofToday.length > 0 && <> {text.ofToday(list.format(ofToday))}</>}
      </p>
      {asking && <Loader size={14} color="gray" aria-label={text.loading} />}
      <span className="time-steps" role="group" aria-label={text.keys} title={text.keys}>
        {STEPS.map(({ name, days, icon: Icon }) => (
          <ActionIcon
            key={name}
            size={28}
            variant="default"
            aria-label={text.step[name]}
            title={text.step[name]}
            onClick={() => onStep(days)}
          >
            <Icon size={16} aria-hidden />
          </ActionIcon>
        ))}
      </span>
      <Button size="compact-sm" leftSection={<Undo2 size={14} aria-hidden />} onClick={onBack}>
        {text.back}
      </Button>
    </section>
  )
}
