import { ArrowUpRight, CheckCheck, CircleCheck, Flag, Gauge, Scale, Sigma, type LucideIcon } from 'lucide-react'
import { useId } from 'react'
import type { Schema } from '../../api'
import { useText } from '../text'

const ICONS: Record<Schema['Measure'], LucideIcon> = {
  metric: ArrowUpRight,
  maintain: Gauge,
  binary: CircleCheck,
  milestones: Flag,
  graded: Scale,
  baseline: CheckCheck,
  sum: Sigma,
}

type MeasureChoiceProps = {
  measure: Schema['Measure']
  fixed: boolean
  onChange: (measure: Schema['Measure']) => void
}

/** The seven measures, of which one is explained: what it means, and an example. What is defined keeps its measure. */
export function MeasureChoice({ measure, fixed, onChange }: MeasureChoiceProps) {
  const text = useText()
  const group = useId()
  const all = Object.keys(ICONS) as Schema['Measure'][]
  return (
    <fieldset className="measures">
      <legend>{text.measure}</legend>
      <div className="measures-row">
        {(fixed ? [measure] : all).map((each) => {
          const Icon = ICONS[each]
          return (
            <label key={each} className="measure">
              <input
                type="radio"
                name={group}
                checked={each === measure}
                onChange={() => onChange(each)}
                disabled={fixed}
              />
              <Icon size={15} aria-hidden />
              {text.measures[each]}
            </label>
          )
        })}
      </div>
      <p className="measure-means">
        {text.measuresMean[measure]}{' '}
        <span className="mute">{fixed ? text.measureStays : `${text.example} ${text.examples[measure]}`}</span>
      </p>
    </fieldset>
  )
}
