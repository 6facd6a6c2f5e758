import { Button, CloseButton, Group, Loader, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Schema } from '../../api'
import { useFormat } from '../../i18n'
import { useMayChange } from '../../time-travel'
import { PersonLink, ProblemNotice, useUiText } from '../../ui'
import { EditPerson } from './EditPerson'
import { LeaveDialog } from './LeaveDialog'
import { ManagerForm } from './ManagerForm'
import { Memberships } from './Memberships'
import { usePerson, useReinstate, useSignOutEverywhere } from './queries'
import { useText } from './text'

type PersonPanelProps = { person: string; onOpen: (handle: string | undefined) => void }

/** One person: what is said of them, what may be changed, whose teams they are in, and how they leave. */
export function PersonPanel({ person: named, onOpen }: PersonPanelProps) {
  const text = useText()
  const ui = useUiText()
  const { data: person, error, refetch } = usePerson(named)
  const [form, setForm] = useState<'edit' | 'manager' | null>(null)
  const [leaving, setLeaving] = useState(false)
  const close = () => setForm(null)
  const title = person?.name ?? person?.handle ?? named
  return (
    <aside className="panel" aria-label={title}>
      <Group justify="space-between" wrap="nowrap" align="start" mb="xs">
        <Title order={2} size="h4">
          {title}
        </Title>
        <CloseButton aria-label={text.closePanel} onClick={() => onOpen(undefined)} />
      </Group>
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {person === undefined && error === null && <Loader aria-label={ui.loading} mx="auto" my="xl" />}
      {person !== undefined && (
        <Stack gap="lg">
          {form === 'edit' && (
            <EditPerson
              person={person}
              onClose={close}
              onDone={(handle) => {
                close()
                onOpen(handle)
              }}
            />
          )}
          {form === 'manager' && <ManagerForm person={person} onClose={close} />}
          {form === null && (
            <>
              <Facts person={person} />
              <Acts person={person} onForm={setForm} onLeave={() => setLeaving(true)} />
            </>
          )}
          <Memberships person={person} />
        </Stack>
      )}
      {leaving && person !== undefined && <LeaveDialog person={person} onClose={() => setLeaving(false)} />}
    </aside>
  )
}

function Facts({ person }: { person: Schema['Person'] }) {
  const text = useText()
  const format = useFormat()
  return (
    <dl className="admin-facts">
      <dt>{text.handle}</dt>
      <dd>
        {person.handle === null ? (
          text.forgotten
        ) : (
          <Link to="/people/$handle" params={{ handle: person.handle }} className="link">
            {person.handle}
          </Link>
        )}
      </dd>
      <dt>{text.email}</dt>
      <dd>{person.email ?? <span className="mute">{text.noEmail}</span>}</dd>
      <dt>{text.role}</dt>
      <dd>{person.roles.map((it) => text.roles[it]).join(', ')}</dd>
      <dt>{text.manager}</dt>
      <dd>
        <PersonLink person={person.manager} />
      </dd>
      <dt>{text.state}</dt>
      <dd>
        {text.stateOf[person.invited ? 'invited' : person.state]}
        {person.left_on !== null && ` · ${text.leftOn(format.day(person.left_on))}`}
      </dd>
      {person.created_at !== null && (
        <>
          <dt>{text.added}</dt>
          <dd>{format.instant(person.created_at)}</dd>
        </>
      )}
    </dl>
  )
}

type ActsProps = { person: Schema['Person']; onForm: (form: 'edit' | 'manager') => void; onLeave: () => void }

function Acts({ person, onForm, onLeave }: ActsProps) {
  const text = useText()
  const mayChange = useMayChange()
  const reinstate = useReinstate(person.id)
  const signOut = useSignOutEverywhere(person.id)
  if (!mayChange) return null
  const act = (name: string, onClick: () => void, pending = false) => (
    <Button size="xs" variant="default" loading={pending} onClick={onClick}>
      {name}
    </Button>
  )
  return (
    <div>
      <Group gap="xs">
        {act(text.edit, () => onForm('edit'))}
        {act(text.changeManager, () => onForm('manager'))}
        {person.state === 'active' && act(text.signOut, () => signOut.mutate({}), signOut.isPending)}
        {person.state === 'active'
          ? act(text.leavesNow, onLeave)
          : act(text.comesBack, () => reinstate.mutate({}), reinstate.isPending)}
      </Group>
      <Text size="sm" className="mute" role="status" mt={4}>
        {signOut.isSuccess && text.signedOut}
      </Text>
      <ProblemNotice error={reinstate.error ?? signOut.error} />
    </div>
  )
}
