import type { Schema } from '../api'
import type { Text } from './text/en'

type Format = { number: (value: number) => string }

/** How a key result is measured, in words. */
export function measureText(keyResult: Schema['KeyResult'], format: Format, text: Text): string {
  const say = text.measures
  const unit = keyResult.unit ?? ''
  const figure = (value: number | null) => (value === null ? '…' : format.number(value))
  switch (keyResult.measure) {
    case 'metric':
      return say.metric(figure(keyResult.start), figure(keyResult.target), unit).trim()
    case 'maintain':
      if (keyResult.low === null) return say.most(figure(keyResult.high), unit)
      if (keyResult.high === null) return say.least(figure(keyResult.low), unit)
      return say.between(figure(keyResult.low), figure(keyResult.high), unit).trim()
    case 'milestones': {
      const all = keyResult.milestones ?? []
      return say.milestones(format.number(all.filter((it) => it.done).length), format.number(all.length))
    }
    case 'baseline':
      return say.baseline(unit)
    case 'sum':
      return say.sum(figure(keyResult.target), unit).trim()
    case 'binary':
      return say.binary
    case 'graded':
      return say.graded
  }
}
