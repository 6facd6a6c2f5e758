import { ActionIcon, Group, TextInput } from '@mantine/core'
import { Pencil, Trash2 } from 'lucide-react'
import { useState, type SyntheticEvent } from 'react'
import type { Schema } from '../api'
import { useFormat, useLanguage } from '../i18n'
import { useMayChange } from '../time-travel'
import { FormEnd, PersonLink, ProblemNotice } from '../ui'
import { durationOf, minutesOf } from './duration'
import { useAllowed, useCorrect, useRetract } from './queries'
import { useText } from './text'

type EffortEntryProps = {
  entry: Schema['Effort']
  /** What else is told of it: whose time it was, or what it went into. */
  about: 'person' | 'task'
  onOpen?: (task: string) => void
  onRetracted: (entry: Schema['Effort']) => void
}

/** Time that somebody spent. One's own is corrected or taken back. */
export function EffortEntry({ entry, about, onOpen, onRetracted }: EffortEntryProps) {
  const text = useText()
  const format = useFormat()
  const duration = durationOf(useLanguage())
  const mayChange = useMayChange()
  const { me } = useAllowed()
  const [correcting, setCorrecting] = useState(false)
  const retract = useRetract(onRetracted)
  const mine = entry.person !== null && entry.person.id === me
  const what = `${duration(entry.minutes)}, ${format.shortDay(entry.day)}`
  if (correcting) return <Correction entry={entry} onClose={() => setCorrecting(false)} />
  const { task } = entry
  return (
    <li className={retract.isPending ? 'line task-going' : 'line'}>
      <span className="effort-time">{duration(entry.minutes)}</span>
      <span className="line-what">
        {about === 'person' && !mine && <PersonLink person={entry.person} />}
        {about === 'task' &&
          (task !== null && onOpen ? (
            <button type="button" className="task-title" onClick={() => onOpen(task.ref)}>
              {task.title}
            </button>
          ) : (
            <span>{entry.serves?.initiative?.title ?? entry.serves?.objective.title ?? text.elsewhere}</span>
          ))}
        <span className="line-about mute">
          {[format.shortDay(entry.day), entry.note, entry.corrected && text.corrected].filter(Boolean).join(' · ')}
        </span>
        <ProblemNotice error={retract.error} onRetry={() => retract.mutate(entry)} />
      </span>
      {mine && mayChange && (
        <Group gap={2} wrap="nowrap">
          <ActionIcon
            variant="subtle"
            color="gray"
            size={26}
            aria-label={text.correct(what)}
            onClick={() => setCorrecting(true)}
          >
            <Pencil size={14} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={26}
            aria-label={text.takeBack(what)}
            onClick={() => !retract.isPending && retract.mutate(entry)}
          >
            <Trash2 size={14} />
          </ActionIcon>
        </Group>
      )}
    </li>
  )
}

function Correction({ entry, onClose }: { entry: Schema['Effort']; onClose: () => void }) {
  const text = useText()
  const [time, setTime] = useState(String(entry.minutes))
  const [note, setNote] = useState(entry.note)
  const [missing, setMissing] = useState(false)
  const correct = useCorrect(entry.id, onClose)
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    const minutes = minutesOf(time)
    setMissing(minutes === null)
    if (minutes !== null) correct.mutate({ minutes, note })
  }
  return (
    <li className="line">
      <form onSubmit={submit} aria-label={text.correction} className="tasks-log" noValidate>
        <TextInput
          label={text.time}
          // One asked for the form: what is typed belongs into it.
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          error={missing && text.noTime}
          value={time}
          onChange={(event) => setTime(event.target.value)}
        />
        <TextInput label={text.note} maxLength={1000} value={note} onChange={(event) => setNote(event.target.value)} />
        <ProblemNotice error={correct.error} />
        <FormEnd submit={text.save} pending={correct.isPending} leave={text.notNow} onLeave={onClose} size="xs" />
      </form>
    </li>
  )
}
