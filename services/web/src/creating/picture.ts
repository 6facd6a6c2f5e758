import { amountOf, type KeyResultDraft } from './draft'

export type Point = { value: number; progress: number }

/** How a value becomes progress: a line through points, the values that can be tried, and the value to begin with. */
export type Picture = { line: Point[]; from: number; to: number; step: number; begin: number }

/** The progress that a value comes to, 0 to 1; null: there is none, it is only measured. The formulas are those of progress. */
export function progressAt(it: KeyResultDraft, value: number): number | null {
  switch (it.measure) {
    case 'metric':
    case 'sum': {
      const start = amountOf(it.start) ?? 0
      const target = amountOf(it.target)
      return target === undefined || target === start ? null : clamped((value - start) / (target - start))
    }
    case 'maintain': {
      const [low, high] = [amountOf(it.low), amountOf(it.high)]
      if (low === undefined && high === undefined) return null
      return (low === undefined || value >= low) && (high === undefined || value <= high) ? 1 : 0
    }
    case 'milestones': {
      const weights = weightsOf(it)
      const all = sum(weights)
      return all === 0 ? null : sum(weights.slice(0, value)) / all
    }
    case 'binary':
    case 'graded':
      return clamped(value)
    case 'baseline':
      return null
  }
}

/** Without the last digits, which are of the machine's numbers: 4.8 of 12 is 0.4. */
const clamped = (share: number) => Math.min(1, Math.max(0, Number(share.toPrecision(12))))
const sum = (numbers: readonly number[]) => numbers.reduce((all, each) => all + each, 0)

export function weightsOf(it: KeyResultDraft): number[] {
  return it.milestones.map((each) => amountOf(each.weight) ?? 0)
}

/** The picture of a key result; null: what it needs is not typed yet. */
export function pictureOf(it: KeyResultDraft): Picture | null {
  const range = rangeOf(it)
  if (range === null) return null
  const { from, to, step, corners, begin } = range
  const line = corners.map((value) => ({ value, progress: progressAt(it, value) ?? 0 }))
  return { line, from, to, step, begin }
}

type Range = { from: number; to: number; step: number; begin: number; corners: number[] }

function rangeOf(it: KeyResultDraft): Range | null {
  switch (it.measure) {
    case 'metric':
    case 'sum': {
      const start = amountOf(it.start) ?? (it.measure === 'sum' ? 0 : undefined)
      const target = amountOf(it.target)
      if (start === undefined || target === undefined || start === target) return null
      const beyond = (target - start) * 0.15
      const [from, to] = [Math.min(start, target) - Math.abs(beyond), Math.max(start, target) + Math.abs(beyond)]
      const corners = [start - beyond, start, target, target + beyond]
      return { from, to, step: stepOf(to - from), begin: start + (target - start) * 0.4, corners }
    }
    case 'maintain': {
      const [low, high] = [amountOf(it.low), amountOf(it.high)]
      if ((low === undefined && high === undefined) || (low !== undefined && high !== undefined && low > high))
        return null
      const span = low !== undefined && high !== undefined && high > low ? high - low : Math.abs(low ?? high ?? 0) || 1
      const [from, to] = [(low ?? (high ?? 0) - span) - span / 2, (high ?? (low ?? 0) + span) + span / 2]
      const edge = span / 1000
      const corners = [
        from,
        ...(low === undefined ? [] : [low - edge, low]),
        ...(high === undefined ? [] : [high, high + edge]),
        to,
      ]
      return { from, to, step: stepOf(to - from), begin: low ?? high ?? 0, corners }
    }
    case 'milestones': {
      const count = it.milestones.length
      const steps = Array.from({ length: count + 1 }, (_, done) => done)
      const corners = steps.flatMap((done) => (done === 0 ? [0] : [done - 0.001, done]))
      return count === 0 || sum(weightsOf(it)) === 0
        ? null
        : { from: 0, to: count, step: 1, begin: Math.ceil(count / 2), corners }
    }
    case 'binary':
      return { from: 0, to: 1, step: 1, begin: 1, corners: [0, 0.999, 1] }
    case 'graded':
      return { from: 0, to: 1, step: 0.1, begin: 0.7, corners: [0, 1] }
    case 'baseline':
      return null
  }
}

/** Steps that a slider goes by: some hundred, of one, two or five times a power of ten. */
export function stepOf(span: number): number {
  const rough = span / 100
  const power = 10 ** Math.floor(Math.log10(rough))
  const factor = rough / power
  return power * (factor < 1.5 ? 1 : factor < 3.5 ? 2 : 5)
}
