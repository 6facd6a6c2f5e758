import { Button, Group, TextInput } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import type { Schema } from '../api'
import { earlierOf, useDay } from '../cycles'
import { useLanguage } from '../i18n'
import { ProblemNotice } from '../ui'
import { durationOf, minutesOf } from './duration'
import { useLog } from './queries'
import { useText } from './text'

/** Logs time that one spent on a task: today, or on an earlier day; of what is done up to the day of that. */
export function LogEffort({ task }: { task: Schema['Task'] }) {
  const text = useText()
  const duration = durationOf(useLanguage())
  const last = earlierOf(useDay(), task.done_on)
  const nothing = { time: '', day: last, note: '' }
  const [typed, setTyped] = useState(nothing)
  const [logged, setLogged] = useState('')
  const [missing, setMissing] = useState(false)
  const minutes = minutesOf(typed.time)
  const log = useLog(() => {
    setLogged(text.logged(duration(minutes ?? 0)))
    setTyped(nothing)
  })
  const put = (changed: Partial<typeof nothing>) => {
    setTyped({ ...typed, ...changed })
    setMissing(false)
  }
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    setLogged('')
    setMissing(minutes === null)
    if (minutes !== null) log.mutate({ task: task.id, minutes, day: typed.day, note: typed.note })
  }
  return (
    <form onSubmit={submit} aria-label={text.log} className="tasks-log" noValidate>
      <Group grow align="start">
        <TextInput
          label={text.time}
          aria-required
          placeholder="1:30"
          description={typed.time !== '' && minutes !== null ? duration(minutes) : text.timeHint}
          inputWrapperOrder={['label', 'input', 'error', 'description']}
          error={missing && text.noTime}
          value={typed.time}
          onChange={(event) => put({ time: event.target.value })}
        />
        <TextInput
          type="date"
          label={text.day}
          aria-required
          max={last}
          value={typed.day}
          onChange={(event) => put({ day: event.target.value || last })}
        />
      </Group>
      <TextInput
        label={text.note}
        maxLength={1000}
        value={typed.note}
        onChange={(event) => put({ note: event.target.value })}
      />
      <ProblemNotice error={log.error} />
      <Group gap="sm">
        <Button type="submit" size="xs" variant="default" loading={log.isPending}>
          {text.logIt}
        </Button>
        <span role="status" className="mute">
          {logged}
        </span>
      </Group>
    </form>
  )
}
