import { Button } from '@mantine/core'
import { RotateCcw } from 'lucide-react'
import { ProblemNotice } from '../../ui'
import { useRebuild, type Rebuilt, type RebuildStep } from './queries'
import { useText } from './text'

/** One service that can be made anew: what that renews, how far it is, and a way to stop it. `needed`: reconciliation asks for it. */
export function Rebuild({ service, needed }: { service: Rebuilt; needed: boolean }) {
  const text = useText()
  const { rebuilding, step, stop } = useRebuild(service)
  const { isPending, isSuccess, data, error } = rebuilding
  return (
    <li className="line operator-rebuild">
      <span className="line-what">
        <b>{service}</b>
        <span className="mute line-about">{text.renews[service]}</span>
        <span role="status">
          {isPending && <Course step={step} />}
          {isSuccess && (data === null ? text.rebuildStopped : text.rebuildDone(data.events))}
        </span>
        <ProblemNotice error={error} />
      </span>
      {isPending ? (
        <Button size="xs" variant="default" onClick={stop} aria-label={text.stopIt(service)}>
          {text.stop}
        </Button>
      ) : (
        <Button
          size="xs"
          variant={needed ? 'filled' : 'default'}
          leftSection={<RotateCcw size={14} aria-hidden />}
          onClick={() => rebuilding.mutate()}
          aria-label={text.rebuildIt(service)}
        >
          {text.rebuild}
        </Button>
      )}
    </li>
  )
}

function Course({ step }: { step: RebuildStep | null }) {
  const text = useText()
  if (step === null) return text.beginning
  if (step.phase !== 'events' || step.total === 0) return text.phases[step.phase] ?? step.phase
  return (
    <span className="operator-course">
      <progress max={step.total} value={step.events} aria-label={text.ofEvents(step.events, step.total)} />
      {text.ofEvents(step.events, step.total)}
    </span>
  )
}
