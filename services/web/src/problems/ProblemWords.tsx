import { Text } from '@mantine/core'
import type { Problem } from '../api'
import { useSaid } from './texts'

/** What was refused and what to do about it, in the reader's language; and the gateway's own words, in English, which name the value. */
export function ProblemWords({ problem }: { problem: Problem }) {
  const said = useSaid()
  if (said === null) {
    return (
      <Text size="sm" lang="en">
        {problem.message}
      </Text>
    )
  }
  return (
    <>
      <Text size="sm">{said(problem.reason).join(' ')}</Text>
      <Text size="xs" className="mute" lang="en">
        {problem.message}
      </Text>
    </>
  )
}
