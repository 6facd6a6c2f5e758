import { Alert, Button, Group, List, Stack, Text, TextInput } from '@mantine/core'
import { History, RotateCcw } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { ProblemNotice } from '../ui'
import type { Goalpost } from './bodies'
import { Conflicts } from './Conflicts'
import { isMended } from './fieldErrors'
import { noted } from './Findings'
import type { useKept } from './kept'
import type { useSave } from './saving'
import { useText } from './text'

type NoticesProps = {
  kept: ReturnType<typeof useKept>
  saving: ReturnType<typeof useSave>
  goalposts: { title: string; goalposts: Goalpost[] }[]
  holdsFrom: string
  onHoldsFrom: (day: string) => void
}

/** What one has to know before saving: what came back, what failed, what somebody else did, what will be remembered. */
export function Notices({ kept, saving, goalposts, holdsFrom, onHoldsFrom }: NoticesProps) {
  const text = useText()
  const mended = saving.failure !== null && !saving.failure.saved && isMended(saving.failure, kept.editing.draft)
  const failure = mended ? null : saving.failure
  const top = useRef<HTMLDivElement>(null)
  const stopped = failure ?? kept.editing.conflicts
  useEffect(() => {
    if (stopped !== undefined) top.current?.scrollIntoView() // one saves from far below
  }, [stopped])
  return (
    <>
      {kept.restored && kept.touched && (
        <Alert variant="outline" color="blue" icon={<RotateCcw size={16} aria-hidden />} role="status">
          <Group justify="space-between">
            {text.restored}
            <Button size="compact-sm" variant="default" onClick={kept.discard}>
              {text.discard}
            </Button>
          </Group>
        </Alert>
      )}
      {stopped !== undefined && (
        <Stack ref={top}>
          {failure !== null && (
            <div>
              <Text size="sm" mb={4}>
                {failure.saved ? text.savedButNot : text.notSaved}
              </Text>
              <ProblemNotice error={failure.problem} />
            </div>
          )}
          <Conflicts kept={kept} />
        </Stack>
      )}
      {goalposts.length > 0 && (
        <Alert
          variant="outline"
          color="yellow"
          icon={<History size={16} aria-hidden />}
          role="status"
          title={text.goalpost}
        >
          <List size="sm">
            {goalposts.map((it) => (
              <List.Item key={it.title}>
                {it.title}: {it.goalposts.map((each) => text.goalposts[each]).join(', ')}
              </List.Item>
            ))}
          </List>
          <Text size="sm" my="xs">
            {text.goalpostWhy}
          </Text>
          <TextInput
            type="date"
            label={text.holdsFrom}
            {...noted(text.holdsFromHint)}
            maw={220}
            value={holdsFrom}
            onChange={(event) => onHoldsFrom(event.currentTarget.value)}
          />
        </Alert>
      )}
    </>
  )
}
