import { Button, Skeleton } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useGet, type Schema } from '../api'
import { CheckInForm } from '../check-in/CheckInForm'
import { aimText, figure, valueText } from '../check-in/figures'
import { useText as useCheckInText } from '../check-in/text'
import { useFormat } from '../i18n'
import { ProblemNotice, Progress, Sparkline, Status } from '../ui'
import { useText } from './text'

type CardProps = { id: string; next: string | undefined; onSent: () => void; onSkip: (() => void) | undefined }

/** The key result that one is at: where it stands, how it got there, and what one says of it. */
export function Card({ id, next, onSent, onSkip }: CardProps) {
  const text = useText()
  const words = useCheckInText()
  const format = useFormat()
  const { data: keyResult, error, refetch } = useGet('/v1/key-results/{ref}', { path: { ref: id } })
  useGet('/v1/key-results/{ref}', { path: { ref: next ?? '' } }, { enabled: next !== undefined }) // there when one comes to it
  if (keyResult === undefined) {
    return error === null ? <Skeleton h={320} /> : <ProblemNotice error={error} onRetry={() => void refetch()} />
  }
  const value = valueText(keyResult, format, words)
  const stands = [value === null ? words.noLast : words.last(value), aimText(keyResult, format, words)]
  return (
    <article aria-label={keyResult.title}>
      {keyResult.objective && (
        <Link className="link" to="/objectives" search={{ open: keyResult.objective.id }}>
          {keyResult.objective.title}
        </Link>
      )}
      <h2>{keyResult.title}</h2>
      <div className="check-ins-standing">
        <Progress value={keyResult.progress} />
        <Status value={keyResult.status} />
        <Trend keyResult={keyResult} />
      </div>
      {/* The form says the rest of it; a sum has none. */}
      <p className="mute">
        {keyResult.measure === 'sum' && stands.filter((it) => it !== null).join(' · ')}
        {keyResult.as_of !== null && ` ${format.day(keyResult.as_of)}`}
      </p>
      <CheckInForm
        keyResult={keyResult}
        onSent={onSent}
        actions={
          onSkip && (
            <Button size="sm" variant="default" onClick={onSkip}>
              {text.skip}
            </Button>
          )
        }
      />
    </article>
  )
}

const SHOWN = 20

/** Of the newest values, the oldest first. */
function Trend({ keyResult }: { keyResult: Schema['KeyResult'] }) {
  const words = useCheckInText()
  const format = useFormat()
  const { data } = useGet('/v1/key-results/{ref}/check-ins', {
    path: { ref: keyResult.id },
    query: { limit: SHOWN, retracted: false, abstained: false },
  })
  const values = (data?.items ?? []).flatMap((it) => it.value ?? it.milestones_done?.length ?? []).reverse()
  const [first, last] = [values[0], values.at(-1)]
  if (first === undefined || last === undefined) return null
  const label = words.trend(figure(format, first, keyResult.unit), figure(format, last, keyResult.unit), values.length)
  return <Sparkline values={values} label={label} />
}
