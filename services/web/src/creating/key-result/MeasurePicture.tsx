import { useId, useState } from 'react'
import { useFormat } from '../../i18n'
import type { KeyResultDraft } from '../draft'
import { pictureOf, progressAt, type Picture } from '../picture'
import { useText } from '../text'

const [WIDTH, HEIGHT, LEFT, TOP, BOTTOM] = [260, 112, 30, 8, 20]

/** How a value becomes progress, as a line, with a value to try. */
export function MeasurePicture({ keyResult }: { keyResult: KeyResultDraft }) {
  const text = useText()
  const picture = pictureOf(keyResult)
  if (picture === null) {
    return (
      <p className="picture picture-empty mute">
        {keyResult.measure === 'baseline' ? text.noProgressYet : text.pictureWaits}
      </p>
    )
  }
  const begin = `${picture.from} ${picture.to} ${picture.begin}`
  return <Drawn key={begin} picture={picture} keyResult={keyResult} />
}

function Drawn({ picture, keyResult }: { picture: Picture; keyResult: KeyResultDraft }) {
  const text = useText()
  const format = useFormat()
  const name = useId()
  const [tried, setTried] = useState(picture.begin)
  const progress = progressAt(keyResult, tried) ?? 0
  const x = (value: number) => LEFT + ((value - picture.from) / (picture.to - picture.from)) * (WIDTH - LEFT - 10)
  const y = (share: number) => TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)
  const line = picture.line.map((it) => `${x(it.value)},${y(it.progress)}`).join(' ')
  const said = valueOf(keyResult, tried, text, format.number)
  return (
    <figure className="picture" aria-label={text.picture}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden>
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line className="picture-grid" x1={LEFT} x2={WIDTH - 4} y1={y(share)} y2={y(share)} />
            <text x={LEFT - 4} y={y(share) + 3} textAnchor="end">
              {format.percent(share)}
            </text>
          </g>
        ))}
        <polygon className="picture-under" points={`${x(picture.from)},${y(0)} ${line} ${x(picture.to)},${y(0)}`} />
        <polyline className="picture-line" points={line} />
        <line className="picture-drop" x1={x(tried)} x2={x(tried)} y1={y(0)} y2={y(progress)} />
        <circle className="picture-dot" cx={x(tried)} cy={y(progress)} r={4.5} />
        {marksOf(keyResult).map((value) => (
          <text key={value} x={x(value)} y={HEIGHT - 6} textAnchor="middle">
            {format.number(value)}
          </text>
        ))}
      </svg>
      <label htmlFor={name} className="picture-try">
        <span className="visually-hidden">{text.tryValue}</span>
        <input
          id={name}
          type="range"
          min={picture.from}
          max={picture.to}
          step={picture.step}
          value={tried}
          aria-valuetext={text.comesTo(said, format.percent(progress))}
          onChange={(event) => setTried(Number(event.currentTarget.value))}
        />
      </label>
      <figcaption>{text.comesTo(said, format.percent(progress))}</figcaption>
    </figure>
  )
}

function marksOf(it: KeyResultDraft): number[] {
  const typed = it.measure === 'maintain' ? [it.low, it.high] : [it.start, it.target]
  if (it.measure !== 'metric' && it.measure !== 'sum' && it.measure !== 'maintain') return []
  return [...new Set(typed.filter((each) => each !== '').map(Number))]
}

function valueOf(
  it: KeyResultDraft,
  tried: number,
  text: ReturnType<typeof useText>,
  number: (value: number) => string,
): string {
  if (it.measure === 'binary') return tried >= 1 ? text.yes : text.no
  if (it.measure === 'milestones') return text.doneOf(number(tried), number(it.milestones.length))
  return it.unit === '' ? number(tried) : `${number(tried)} ${it.unit}`
}
