import { Button, Group, SegmentedControl, Stack } from '@mantine/core'
import { Eye } from 'lucide-react'
import { useState, type SyntheticEvent } from 'react'
import type { Schema } from '../api'
import { PeoplePicker, PersonPicker } from '../creating/People'
import { useSession } from '../sign-in/session'
import { ProblemNotice } from '../ui'
import { useSay, type On } from './conversation'
import { MentionInput } from './MentionInput'
import { NOTHING_SAID, saidOf, type Draft } from './said'
import { useText } from './text'

const KINDS = ['comment', 'kudos', 'feedback_request'] as const

type ComposerProps = {
  on: On
  /** Whom one may want to thank or ask: whose it is. */
  whom: Schema['PersonName'] | null
  /** Whether one has said already that one has seen it, which one does once. */
  seen: boolean
}

/** Says something new: a comment, thanks to somebody, a request for feedback, or that one has seen it. What fails stays, and says why. */
export function Composer({ on, whom, seen }: ComposerProps) {
  const text = useText()
  const { session } = useSession()
  const other = whom !== null && whom.id !== session?.person?.id ? whom.id : ''
  const [draft, setDraft] = useState<Draft>({ ...NOTHING_SAID, to: other === '' ? [] : [other], of: other })
  const say = useSay(on)
  const change = (changed: Partial<Draft>) => setDraft((before) => ({ ...before, ...changed }))
  const said = saidOf(draft)
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    if (said === null) return
    const { text: sent } = draft
    // What was typed meanwhile stays.
    const forget = () => setDraft((before) => (before.text === sent ? { ...before, text: '' } : before))
    say.mutate(said, { onSuccess: forget })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <SegmentedControl
          size="xs"
          aria-label={text.what}
          value={draft.kind}
          data={KINDS.map((it) => ({ value: it, label: text.ways[it] }))}
          onChange={(kind) => change({ kind })}
        />
        {draft.kind === 'kudos' && (
          <PeoplePicker label={text.thankWhom} value={draft.to} onChange={(to) => change({ to })} />
        )}
        {draft.kind === 'feedback_request' && (
          <PersonPicker label={text.askWhom} value={draft.of} onChange={(of) => change({ of })} />
        )}
        <MentionInput label={text.words[draft.kind]} value={draft.text} onChange={(typed) => change({ text: typed })} />
        <ProblemNotice error={say.error} />
        <Group gap="xs">
          <Button type="submit" size="xs" loading={say.isPending} disabled={said === null}>
            {text.acts[draft.kind]}
          </Button>
          {!seen && (
            <Button
              size="xs"
              variant="subtle"
              leftSection={<Eye size={14} aria-hidden />}
              disabled={say.isPending}
              onClick={() => say.mutate({ kind: 'acknowledgement' })}
            >
              {text.seen}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  )
}

/** Answers what somebody said. */
export function Reply(props: { on: On; to: string; label: string; onDone: () => void }) {
  const text = useText()
  const [typed, setTyped] = useState('')
  const say = useSay(props.on, props.onDone)
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    say.mutate({ kind: 'comment', text: typed, reply_to: props.to })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <MentionInput label={props.label} value={typed} onChange={setTyped} focused />
        <ProblemNotice error={say.error} />
        <Group gap="xs">
          <Button type="submit" size="xs" loading={say.isPending} disabled={typed.trim() === ''}>
            {text.say}
          </Button>
          <Button size="xs" variant="subtle" onClick={props.onDone}>
            {text.abandon}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
