import type { Schema } from '../api'
import { daysBetween } from '../cycles'
import { useFormat } from '../i18n'
import { Card, countStatuses, StatusSpread, Tile, Tiles } from '../ui'
import { useText } from './text'

type InShortProps = {
  cycle: Schema['Cycle']
  day: string
  figures: Schema['CycleFigures'] | undefined
  week: {
    now?: readonly Schema['TreeObjective'][] | undefined
    before?: readonly Schema['TreeObjective'][] | undefined
  }
}

/** The figures that one reads first, and how the statuses are spread, now and a week ago. */
export function InShort({ cycle, day, figures, week }: InShortProps) {
  const text = useText()
  const format = useFormat()
  const left = Math.max(0, daysBetween(day, cycle.last_day ?? day))
  return (
    <Card title={text.inShort(cycle.name)} aside={<span className="mute">{format.day(day)}</span>} wide>
      <Tiles>
        <Tile name={text.progress} value={share(figures?.progress, format.percent)}>
          <span className="mute">
            {figures?.hidden ? text.hidden : text.expected(format.percent(pace(cycle, day)))}
          </span>
        </Tile>
        <Tile name={text.objectives} value={figures === undefined ? '–' : format.number(figures.objectives)}>
          <span className="mute">
            {figures !== undefined && `${text.keyResults(figures.key_results)}, ${text.withoutDrafts}`}
          </span>
        </Tile>
        <Tile name={text.coverage} value={share(figures?.coverage, format.percent)}>
          <span className="mute">{text.coverageIs}</span>
        </Tile>
        <Tile name={text.daysLeft} value={format.number(left)}>
          <span className="mute">{cycle.last_day !== null && text.until(format.day(cycle.last_day))}</span>
        </Tile>
      </Tiles>
      <h3 className="spread-title">{text.now}</h3>
      <StatusSpread counts={countStatuses(pursued(week.now))} />
      <h3 className="spread-title">{text.weekAgo}</h3>
      <StatusSpread counts={countStatuses(pursued(week.before))} compact />
    </Card>
  )
}

/** Without what is planned only, or was given up: so are the figures above. */
function pursued(objectives: readonly Schema['TreeObjective'][] = []) {
  return objectives.filter(({ state }) => state !== 'draft' && state !== 'cancelled')
}

function share(value: number | null | undefined, percent: (share: number) => string): string {
  return value === null || value === undefined ? '–' : percent(Math.min(1, Math.max(0, value)))
}

/** What the calendar expects of a cycle on a day. */
export function pace({ first_day, last_day }: Schema['Cycle'], day: string): number {
  if (first_day === null || last_day === null) return 0
  const whole = daysBetween(first_day, last_day)
  return whole <= 0 ? 1 : Math.min(1, Math.max(0, daysBetween(first_day, day) / whole))
}
