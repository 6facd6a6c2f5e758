import { Button } from '@mantine/core'
import { MessageSquare } from 'lucide-react'
import { useMemo } from 'react'
import type { Schema } from '../api'
import { useCommands } from '../shell/commands'
import { useText } from './text'

type TalkAboutKeyResultProps = { keyResult: Schema['KeyResult']; talking: boolean; onTalk: (talking: boolean) => void }

/** Shows what was said of a key result, and hides it again; Ctrl-K shows it, too. */
export function TalkAboutKeyResult({ keyResult, talking, onTalk }: TalkAboutKeyResultProps) {
  const text = useText()
  const label = `${text.talk}: ${keyResult.title}`
  useCommands(useMemo(() => [{ label, act: () => onTalk(true) }], [label, onTalk]))
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      leftSection={<MessageSquare size={13} aria-hidden />}
      aria-expanded={talking}
      aria-label={label}
      onClick={() => onTalk(!talking)}
    >
      {text.talk}
    </Button>
  )
}
