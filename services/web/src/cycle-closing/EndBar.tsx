import { Alert, Button, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { askAgain, Problem, type Schema } from '../api'
import { ProblemNotice } from '../ui'
import { NOTHING_TYPED } from './closing'
import type { useKeptDraft } from './kept'
import { useText } from './text'

type EndBarProps = {
  kept: ReturnType<typeof useKeptDraft>
  cycle: Schema['Cycle']
  pending: boolean
  error: Error | null
}

/** The end of the form: what the trial refused, and the way on. */
export function EndBar({ kept, cycle, pending, error }: EndBarProps) {
  const text = useText()
  const touched = kept.draft !== NOTHING_TYPED
  return (
    <footer className="closing-end">
      <Refusal error={error} />
      <div className="closing-bar">
        <Text size="sm" className="mute closing-grow" component="span">
          {text.kept}
        </Text>
        {touched && (
          <Button variant="subtle" color="gray" onClick={kept.forget}>
            {text.discard}
          </Button>
        )}
        <Button
          variant="default"
          renderRoot={(props) => <Link to="/company" search={{ cycle: cycle.id }} {...props} />}
        >
          {text.cancel}
        </Button>
        <Button type="submit" loading={pending}>
          {text.check}
        </Button>
      </div>
    </footer>
  )
}

/** Why it is refused, and that nothing is lost; where somebody else was quicker, the way to see it. */
export function Refusal({ error }: { error: Error | null }) {
  const text = useText()
  const queries = useQueryClient()
  if (error instanceof Problem && error.status === 412) {
    return (
      <Alert role="alert" color="orange" variant="outline">
        <Text size="sm">{text.stale412}</Text>
        <Button mt="xs" size="xs" variant="default" onClick={() => void askAgain(queries)}>
          {text.look}
        </Button>
      </Alert>
    )
  }
  return (
    <>
      {error instanceof Problem && <p className="mute">{text.refused}</p>}
      <ProblemNotice error={error} />
    </>
  )
}
