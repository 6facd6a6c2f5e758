import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core'
import { useEffect, useRef, useState, type SyntheticEvent } from 'react'
import { addDays, useCalendar } from '../time-travel'
import { useCommands } from '../shell/commands'
import { FormEnd, ProblemNotice } from '../ui'
import { useKeep, type Milestone, type Said } from './queries'
import { useText } from './text'
import { WhoseField } from './WhoseField'

type Act = Said['act']

/** What may be done with a milestone: it is reached, postponed, called otherwise. */
export function Acts({ milestone }: { milestone: Milestone }) {
  const text = useText()
  const [act, setAct] = useState<Act | null>(null)
  const possible: Act[] = milestone.phase === 'reached' ? ['postpone', 'revise'] : ['reach', 'postpone', 'revise']
  useCommands(possible.map((it) => ({ label: `${text.acts[it]}: ${milestone.title}`, act: () => setAct(it) })))
  if (act !== null) return <Form key={act} act={act} milestone={milestone} onClose={() => setAct(null)} />
  return (
    <Group gap="xs">
      {possible.map((it) => (
        <Button key={it} size="xs" variant={it === 'reach' ? 'filled' : 'default'} onClick={() => setAct(it)}>
          {text.acts[it]}
        </Button>
      ))}
    </Group>
  )
}

function Form({ act, milestone, onClose }: { act: Act; milestone: Milestone; onClose: () => void }) {
  const text = useText()
  const { today } = useCalendar()
  // What was seen is what is changed: what somebody else changes meanwhile is not overwritten unseen.
  const [seen] = useState(milestone)
  const [typed, setTyped] = useState({
    day: act === 'reach' ? today : '',
    reason: '',
    title: milestone.title,
    team: milestone.team?.name ?? '',
  })
  const keep = useKeep(seen, onClose)
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector('input')?.focus(), [])
  const put = (changed: Partial<typeof typed>) => setTyped({ ...typed, ...changed })
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    const { day, reason, title, team } = typed
    if (act === 'reach') keep.mutate({ act, holds_from: day === today ? null : day })
    if (act === 'postpone') keep.mutate({ act, day, reason })
    if (act === 'revise') keep.mutate({ act, title, team: team || null })
  }
  return (
    <form ref={form} onSubmit={submit} aria-label={text.acts[act]}>
      <Stack gap="xs">
        {act === 'revise' ? (
          <>
            <TextInput
              label={text.milestone}
              required
              value={typed.title}
              onChange={(event) => put({ title: event.target.value })}
            />
            <WhoseField value={typed.team} onChange={(team) => put({ team })} />
          </>
        ) : (
          <TextInput
            type="date"
            label={act === 'reach' ? text.reachedOn : text.toDay}
            required
            {...(act === 'reach' ? { max: today } : { min: addDays(seen.day ?? today, 1) })}
            value={typed.day}
            onChange={(event) => put({ day: event.target.value })}
          />
        )}
        {act === 'postpone' && (
          <Textarea
            label={text.reason}
            autosize
            maxLength={1000}
            value={typed.reason}
            onChange={(event) => put({ reason: event.target.value })}
          />
        )}
        <ProblemNotice error={keep.error} />
        <FormEnd submit={text.save} pending={keep.isPending} leave={text.notNow} onLeave={onClose} size="xs" />
      </Stack>
    </form>
  )
}
