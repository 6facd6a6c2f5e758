import { Button, Group, Loader, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import type { Schema } from '../../api'
import { PersonPicker } from '../../creating/People'
import { useDay } from '../../cycles'
import { ProblemNotice, useUiText } from '../../ui'
import { errorOf, unplaced } from '../fields'
import { useLeave, useOwned } from './queries'
import { useText } from './text'

/** Notes that somebody has left; what they have becomes somebody else's by the same command. Then it is told what did, and what did not. */
export function LeaveDialog({ person, onClose }: { person: Schema['Person']; onClose: () => void }) {
  const text = useText()
  const [left, setLeft] = useState<Schema['Left'] | null>(null)
  const name = person.name ?? person.handle ?? ''
  return (
    <Modal opened onClose={onClose} size="lg" title={text.leaves(name)} closeButtonProps={{ 'aria-label': text.close }}>
      {left === null ? (
        <Leaving person={person} onClose={onClose} onDone={setLeft} />
      ) : (
        <HasLeft name={name} left={left} onClose={onClose} />
      )}
    </Modal>
  )
}

type LeavingProps = { person: Schema['Person']; onClose: () => void; onDone: (left: Schema['Left']) => void }

function Leaving({ person, onClose, onDone }: LeavingProps) {
  const text = useText()
  const ui = useUiText()
  const owned = useOwned(person.id)
  const today = useDay()
  const [day, setDay] = useState(today)
  const [to, setTo] = useState('')
  const leave = useLeave(person.id, onDone)
  const things = owned.data && [...owned.data.things, ...owned.data.duties]
  const parts = owned.data?.parts ?? []
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    leave.mutate({ hand_over_to: to || null, holds_from: day || null })
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <Text size="sm">{text.leavingIs}</Text>
        <TextInput
          type="date"
          label={text.goneFrom}
          description={text.goneFromIs}
          max={today}
          error={errorOf(leave.error, 'holds_from')}
          value={day}
          onChange={(event) => setDay(event.target.value)}
        />
        <ProblemNotice error={owned.error} onRetry={() => void owned.refetch()} />
        {things === undefined && owned.error === null && <Loader aria-label={ui.loading} size="sm" />}
        {things?.length === 0 && <p className="mute">{text.hasNothing}</p>}
        {things !== undefined && things.length > 0 && (
          <>
            <Things title={text.has(things.length)} things={things} />
            {to !== '' && parts.length > 0 && <Things title={text.partsEnd(parts.length)} things={parts} />}
            <PersonPicker
              label={text.handOverTo}
              hint={text.handOverHint}
              error={errorOf(leave.error, 'hand_over_to')}
              value={to}
              onChange={setTo}
            />
          </>
        )}
        <ProblemNotice error={unplaced(leave.error, ['hand_over_to', 'holds_from'])} />
        <Group gap="md">
          <Button type="submit" size="sm" color="red" loading={leave.isPending} disabled={things === undefined}>
            {to === '' ? text.leave : text.leaveAndHandOver}
          </Button>
          <Button size="sm" variant="default" onClick={onClose}>
            {text.notNow}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function HasLeft({ name, left, onClose }: { name: string; left: Schema['Left']; onClose: () => void }) {
  const text = useText()
  const handed = [...left.handed_over, ...left.duties_handed_over]
  const kept = [...left.not_handed_over, ...left.duties_not_handed_over]
  return (
    <Stack gap="sm">
      <Text size="sm" role="status">
        {text.hasLeft(name)}
      </Text>
      {handed.length > 0 && <Things title={text.handedOver(handed.length)} things={handed} />}
      {kept.length > 0 && <Things title={text.notHandedOver(kept.length)} things={kept} />}
      {left.parts_ended.length > 0 && (
        <Things title={text.partsEnd(left.parts_ended.length)} things={left.parts_ended} />
      )}
      <Group>
        {/* What was asked for is done: to go on is all that is left. */}
        <Button size="sm" data-autofocus onClick={onClose}>
          {text.close}
        </Button>
      </Group>
    </Stack>
  )
}

type Thing = (Schema['OwnedThing'] | Schema['HeldDuty']) & { detail?: string }

function Things({ title, things }: { title: string; things: readonly Thing[] }) {
  const text = useText()
  return (
    <section aria-label={title}>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and is scrolled by keys */}
      <ul className="lines admin-owned" tabIndex={0} aria-label={title}>
        {things.map((it) => (
          <li key={it.id} className="line">
            <span className="line-what">
              {it.title}
              <span className="line-about mute">
                {[text.kinds[it.kind], it.ref !== it.id && it.ref, it.detail].filter(Boolean).join(' · ')}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
