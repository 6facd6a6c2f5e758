import { Button, Group, Stack, Text, TextInput, Title } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState, type SyntheticEvent } from 'react'
import type { Schema } from '../api'
import { CycleSelect, useChosenCycle } from '../cycles'
import { ProblemNotice } from '../ui'
import { useStartObjective } from './queries'
import { useText } from './text'

/** An objective from a KPI that has left its range: its key result follows the KPI back to the bound. */
export function StartObjective({ kpi }: { kpi: Schema['Kpi'] }) {
  const text = useText()
  const navigate = useNavigate()
  const [typed, setTyped] = useState({
    title: text.proposed(kpi.title),
    reference: '',
    cycle: undefined as string | undefined,
  })
  const { cycle, cycles } = useChosenCycle(typed.cycle)
  const open = cycles.filter((it) => it.state !== 'closed')
  const start = useStartObjective(kpi.id, ({ id }) => {
    void navigate({ to: '/objectives', search: { cycle: cycle?.id, open: id } })
  })
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    if (cycle !== undefined) start.mutate({ cycle: cycle.id, reference: typed.reference, title: typed.title })
  }
  return (
    <form onSubmit={submit} aria-label={text.start} className="kpi-start">
      <Title order={3} size="h5">
        {text.start}
      </Title>
      <Text size="sm" className="mute" mb="xs">
        {text.startIs}
      </Text>
      <Stack gap="xs">
        <TextInput
          label={text.objectiveTitle}
          required
          value={typed.title}
          onChange={(event) => setTyped({ ...typed, title: event.target.value })}
        />
        <Group align="end">
          <TextInput
            label={text.reference}
            required
            w={140}
            value={typed.reference}
            onChange={(event) => setTyped({ ...typed, reference: event.target.value })}
          />
          <CycleSelect cycle={cycle} cycles={open} onChange={(chosen) => setTyped({ ...typed, cycle: chosen })} />
        </Group>
        <ProblemNotice error={start.error} />
        <Group>
          <Button type="submit" size="sm" loading={start.isPending} disabled={cycle === undefined}>
            {text.startNow}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
