import { useLayoutEffect, useMemo, useRef } from 'react'
import { useDay } from '../cycles'
import { useFormat, useLanguage } from '../i18n'
import { startOf, timeLineOf, type Lane } from './lanes'
import { Phase } from './Phase'
import type { Milestone } from './queries'
import { useText } from './text'

const LINE = 34

type TimeLineProps = { milestones: readonly Milestone[]; open: string | undefined; onOpen: (id: string) => void }

/** Milestones along the months, a lane for the company and one for each team. */
export function TimeLine({ milestones, open, onOpen }: TimeLineProps) {
  const text = useText()
  const language = useLanguage()
  const today = useDay()
  const line = useMemo(() => timeLineOf(milestones, today), [milestones, today])
  const { lanes, width, months, today: now } = line
  const month = useMemo(
    () => new Intl.DateTimeFormat(language, { month: 'short', year: '2-digit', timeZone: 'UTC' }),
    [language],
  )
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (box.current) box.current.scrollLeft = startOf(line, box.current.clientWidth)
  }, [line])
  return (
    // What scrolls takes the focus, so that the arrows scroll it.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={box} className="time-line" role="region" aria-label={text.timeLine} tabIndex={0}>
      <div className="time-line-whole" style={{ width }}>
        <div className="time-line-months" aria-hidden>
          {months.map(({ day, left }) => (
            <span key={day} style={{ left }}>
              {month.format(new Date(`${day}T00:00:00Z`))}
            </span>
          ))}
        </div>
        <div className="time-line-today" style={{ left: now }} aria-hidden>
          <span>{text.today}</span>
        </div>
        {lanes.map((lane) => (
          <LaneOf key={lane.team ?? ''} lane={lane} open={open} onOpen={onOpen} />
        ))}
      </div>
    </div>
  )
}

function LaneOf({ lane, open, onOpen }: { lane: Lane; open: string | undefined; onOpen: (id: string) => void }) {
  const text = useText()
  const format = useFormat()
  const name = lane.team ?? text.company
  return (
    <section className="time-line-lane" aria-label={name}>
      <h2>{name}</h2>
      <ul style={{ height: lane.lines * LINE }}>
        {lane.spots.map(({ milestone, left, line, from }) => (
          <li key={milestone.id}>
            {from !== null && (
              <i
                className="time-line-moved"
                style={{ left: Math.min(from, left), width: Math.abs(left - from), top: line * LINE + LINE / 2 }}
              />
            )}
            <button
              type="button"
              style={{ left: left - 7, top: line * LINE + 3 }}
              aria-pressed={open === milestone.id}
              onClick={() => onOpen(milestone.id)}
            >
              <Phase milestone={milestone} word={false} />
              <span className="ellipsis">{milestone.title}</span>
              <span className="mute">{format.shortDay(milestone.day ?? '')}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
