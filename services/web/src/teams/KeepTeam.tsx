import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Pencil, Trash2 } from 'lucide-react'
import { useState, type SyntheticEvent } from 'react'
import { errorOf, unplaced } from '../admin/fields'
import type { Schema } from '../api'
import { useDay } from '../cycles'
import { FormEnd, ProblemNotice } from '../ui'
import { changeOf, FIELDS, useChangeTeam, useDissolveTeam } from './acts'
import { TeamFields } from './TeamFields'
import { useText } from './text'

/** What an admin does with a team: call it otherwise, put it elsewhere, let somebody else lead it; or dissolve it. */
export function KeepTeam({ team }: { team: Schema['Team'] }) {
  const text = useText()
  const [form, setForm] = useState<'change' | 'dissolve' | null>(null)
  const close = () => setForm(null)
  return (
    <Group gap="xs">
      <Button
        size="xs"
        variant="default"
        leftSection={<Pencil size={13} aria-hidden />}
        onClick={() => setForm('change')}
      >
        {text.change}
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<Trash2 size={13} aria-hidden />}
        onClick={() => setForm('dissolve')}
      >
        {text.dissolve}
      </Button>
      {form !== null && (
        <Modal
          opened
          onClose={close}
          title={form === 'change' ? text.change : text.dissolves(team.name)}
          closeButtonProps={{ 'aria-label': text.close }}
        >
          {form === 'change' ? (
            <ChangeTeam team={team} onClose={close} />
          ) : (
            <DissolveTeam team={team} onClose={close} />
          )}
        </Modal>
      )}
    </Group>
  )
}

type FormProps = { team: Schema['Team']; onClose: () => void }

function ChangeTeam({ team, onClose }: FormProps) {
  const text = useText()
  // What was seen is what is changed: what somebody else changes meanwhile is not overwritten unseen.
  const [seen] = useState(team)
  const [typed, setTyped] = useState({
    name: team.name,
    parent: team.parent?.id ?? '',
    lead: team.lead?.id ?? '',
    holds_from: useDay(),
  })
  const change = useChangeTeam(team.id, onClose)
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    const said = changeOf(seen, typed)
    if (said === null) onClose()
    else change.mutate(said)
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="xs">
        <TeamFields
          typed={typed}
          error={change.error}
          without={team.id}
          onChange={(changed) => setTyped((before) => ({ ...before, ...changed }))}
        />
        <ProblemNotice error={unplaced(change.error, FIELDS)} />
        <FormEnd submit={text.save} pending={change.isPending} leave={text.notNow} onLeave={onClose} />
      </Stack>
    </form>
  )
}

function DissolveTeam({ team, onClose }: FormProps) {
  const text = useText()
  const navigate = useNavigate()
  const today = useDay()
  const [day, setDay] = useState(today)
  const dissolve = useDissolveTeam(team.id, () => void navigate({ to: '/teams' }))
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    dissolve.mutate({ holds_from: day || null })
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="xs">
        <Text size="sm">{text.dissolvingIs}</Text>
        <TextInput
          type="date"
          label={text.from}
          max={today}
          data-autofocus
          error={errorOf(dissolve.error, 'holds_from')}
          value={day}
          onChange={(event) => setDay(event.target.value)}
        />
        <ProblemNotice error={unplaced(dissolve.error, ['holds_from'])} />
        <FormEnd submit={text.dissolveIt} pending={dissolve.isPending} leave={text.notNow} onLeave={onClose} />
      </Stack>
    </form>
  )
}
