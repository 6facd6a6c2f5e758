import { useFormat } from '../i18n'
import { addDays, type Day } from './days'
import { useText } from './text'

const WIDTH = 366
const HEIGHT = 145
const LEFT = 12
const BOTTOM = 112
/** Check-ins as an example: the share of the time shown at which it speaks of, and at which it was recorded. */
const CHECK_INS = [
  [0.1, 0.12],
  [0.27, 0.3],
  [0.42, 0.72],
  [0.52, 0.55],
  [0.63, 0.92],
  [0.7, 0.72],
  [0.88, 0.9],
] as const
const LATE = 0.2
/** Half of the longest name of a day, which is not to stand beyond the edge. */
const HALF_DAY = 36

type TimePictureProps = { trueOn: Day; knownOn: Day; today: Day }

/** True on and known on, as a picture: of the check-ins, which count at a moment. */
export function TimePicture({ trueOn, knownOn, today }: TimePictureProps) {
  const text = useText()
  const format = useFormat()
  const first = addDays(trueOn < knownOn ? trueOn : knownOn, -30)
  const span = Math.max(1, Date.parse(today) - Date.parse(first))
  const share = (day: Day) => Math.min(1, (Date.parse(day) - Date.parse(first)) / span)
  const [day, known] = [share(trueOn), share(knownOn)]
  const x = (at: number) => LEFT + at * (WIDTH - LEFT - 46)
  const y = (at: number) => BOTTOM - at * (BOTTOM - 18)
  return (
    <figure className="time-picture">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden>
        <rect className="time-counts" x={x(0)} y={y(known)} width={x(day) - x(0)} height={y(0) - y(known)} />
        <path className="time-axis" d={`M${x(0)} ${y(1.05)}V${y(0)}H${x(1.05)}`} />
        <path className="time-same" d={`M${x(0)} ${y(0)}L${x(1)} ${y(1)}`} />
        <path className="time-edge" d={`M${x(0)} ${y(known)}H${x(day)}V${y(0)}`} />
        {CHECK_INS.map(([of, recorded]) => (
          <g key={of} className={of <= day && recorded <= known ? 'time-dot' : 'time-dot time-dot-out'}>
            <circle cx={x(of)} cy={y(recorded)} r={4.5} />
            {recorded - of > LATE && (
              <text className="time-late" x={x(of) - 9} y={y(recorded) + 3.5} textAnchor="end">
                {text.late}
              </text>
            )}
          </g>
        ))}
        <text x={x(0) + 5} y={11}>
          ↑ {text.axisKnown}
        </text>
        <text x={x(1.05)} y={BOTTOM + 29} textAnchor="end">
          {text.axisTrue} →
        </text>
        <text className="time-day" x={Math.max(HALF_DAY, x(day))} y={BOTTOM + 15} textAnchor="middle">
          {trueOn === today ? text.now : format.day(trueOn)}
        </text>
      </svg>
      <figcaption>
        <b>{text.picture}.</b> {text.pictureOf(format.day(trueOn), knownOn === today ? text.now : format.day(knownOn))}
      </figcaption>
    </figure>
  )
}
