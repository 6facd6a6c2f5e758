import { Button, Group, Radio, Stack, Text, TextInput, Title } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import { useFormat } from '../i18n'
import { isDay } from './days'
import type { Moment } from './moment'
import { TimePicture } from './TimePicture'
import { useText } from './text'
import { useCalendar, useGoTo, useMoment } from './useMoment'
import { usePresets } from './useTimeCommands'

const KNOWLEDGE = ['now', 'then', 'other'] as const
type Knowledge = (typeof KNOWLEDGE)[number]

function knowledgeOf(moment: Moment | null): Knowledge {
  if (moment?.knownOn == null) return 'now'
  return moment.knownOn === moment.trueOn ? 'then' : 'other'
}

/** Where one says which day to look at, and as it was known when; a picture shows what counts then. */
export function TimeForm({ onDone }: { onDone: () => void }) {
  const text = useText()
  const format = useFormat()
  const { today } = useCalendar()
  const moment = useMoment()
  const goTo = useGoTo()
  const [day, setDay] = useState(moment?.trueOn ?? '')
  const [knowledge, setKnowledge] = useState(knowledgeOf(moment))
  const [knownDay, setKnownDay] = useState(moment?.knownOn ?? '')

  const trueOn = isDay(day) ? day : today
  const knownOn = { now: null, then: trueOn, other: isDay(knownDay) ? knownDay : null }[knowledge]
  const look = (to: Moment) => {
    goTo(to)
    onDone()
  }
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    look({ trueOn, knownOn })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <div>
          <Title order={2} size="h5">
            {text.title}
          </Title>
          <Text size="xs" className="mute">
            {text.intro}
          </Text>
        </div>
        <Group gap={6}>
          {usePresets().map((it) => (
            <Button
              key={it.name}
              size="compact-sm"
              variant="default"
              title={format.day(it.day)}
              onClick={() => look({ trueOn: it.day, knownOn: knowledge === 'then' ? it.day : knownOn })}
            >
              {text.presets[it.name](it.cycle ?? '')}
            </Button>
          ))}
        </Group>
        <TextInput
          type="date"
          label={text.trueOn}
          description={text.trueOnWhy}
          max={today}
          required
          data-autofocus
          value={day}
          onChange={(event) => setDay(event.target.value)}
        />
        <Radio.Group label={text.knownOn} value={knowledge} onChange={(it) => setKnowledge(it)}>
          <Stack gap={6} mt={6}>
            {KNOWLEDGE.map((it) => (
              <Radio key={it} size="xs" value={it} label={text.known[it]} description={text.known[`${it}Why`]} />
            ))}
          </Stack>
        </Radio.Group>
        {knowledge === 'other' && (
          <TextInput
            type="date"
            label={text.knownDay}
            max={today}
            required
            value={knownDay}
            onChange={(event) => setKnownDay(event.target.value)}
          />
        )}
        <TimePicture trueOn={trueOn} knownOn={knownOn ?? today} today={today} />
        <Button type="submit" size="sm">
          {text.look}
        </Button>
      </Stack>
    </form>
  )
}
