import { Alert, Button, Text } from '@mantine/core'
import { CircleAlert } from 'lucide-react'
import { LOOKING_BACK, Problem } from '../api'
import { ProblemWords } from '../problems'
import { useUiText } from './text'

/** What went wrong, in the reader's language and in the gateway's words (RFC 9457), and what each field should be. It stands beside what was typed, which stays. */
export function ProblemNotice({ error, onRetry }: { error: Error | null; onRetry?: () => void }) {
  const text = useUiText()
  if (error === null) return null
  const problem = error instanceof Problem ? error : null
  return (
    <Alert role="alert" color="red" variant="outline" icon={<CircleAlert size={18} aria-hidden />}>
      {problem === null || problem.reason === LOOKING_BACK ? (
        <Text size="sm">{problem === null ? text.unreachable : text.lookingBack}</Text>
      ) : (
        <ProblemWords problem={problem} />
      )}
      {problem?.errors
        .filter((it) => it.message !== problem.message)
        .map((it) => (
          <Text size="sm" key={it.field}>
            <b>{it.field}</b>: <span lang="en">{it.message}</span>
          </Text>
        ))}
      {problem?.correlationId && (
        <Text size="xs" className="mute">
          {text.reference(problem.correlationId)}
        </Text>
      )}
      {onRetry && (
        <Button size="compact-sm" variant="default" mt="xs" onClick={onRetry}>
          {text.tryAgain}
        </Button>
      )}
    </Alert>
  )
}
