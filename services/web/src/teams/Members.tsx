import { ActionIcon, Button } from '@mantine/core'
import { UserMinus, UserPlus } from 'lucide-react'
import { useState } from 'react'
import { DatedForm } from '../admin/DatedForm'
import { useJoinTeam, useQuitTeam } from '../admin/people/queries'
import { useGet, type Schema } from '../api'
import { PersonPicker } from '../creating/People'
import { useDay } from '../cycles'
import { useFormat } from '../i18n'
import { Card, PersonLink, ProblemNotice } from '../ui'
import { useMayKeepTeams } from './acts'
import { useText } from './text'

/** Who is in a team, and since when. An admin lets people in and out, from a day on. */
export function Members({ team }: { team: string }) {
  const text = useText()
  const mayKeep = useMayKeepTeams()
  const { data, error } = useGet('/v1/teams/{team}/members', { path: { team }, query: { limit: 1000 } })
  const [form, setForm] = useState<'in' | Schema['Member'] | null>(null)
  const close = () => setForm(null)
  const add = mayKeep && form === null && (
    <Button
      size="compact-sm"
      variant="subtle"
      leftSection={<UserPlus size={13} aria-hidden />}
      onClick={() => setForm('in')}
    >
      {text.letIn}
    </Button>
  )
  return (
    <Card title={text.people} aside={add}>
      <ProblemNotice error={error} />
      {form === 'in' && <LetIn team={team} onClose={close} />}
      {form !== null && form !== 'in' && (
        <LetOut key={form.person.id} team={team} person={form.person} onClose={close} />
      )}
      {data?.items.length === 0 && <p className="mute">{text.nobody}</p>}
      <ul className="members">
        {data?.items.map((it) => (
          <MemberOf key={it.person.id} member={it} onOut={mayKeep ? () => setForm(it) : undefined} />
        ))}
      </ul>
    </Card>
  )
}

function MemberOf({ member, onOut }: { member: Schema['Member']; onOut: (() => void) | undefined }) {
  const text = useText()
  const format = useFormat()
  const { person, since } = member
  return (
    <li className="member">
      <PersonLink person={person} />
      {since !== null && <span className="mute member-since">{text.since(format.day(since))}</span>}
      {onOut && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={24}
          aria-label={text.letOut(person.name ?? person.handle ?? '')}
          onClick={onOut}
        >
          <UserMinus size={14} />
        </ActionIcon>
      )}
    </li>
  )
}

function LetIn({ team, onClose }: { team: string; onClose: () => void }) {
  const text = useText()
  const [person, setPerson] = useState('')
  const [missing, setMissing] = useState(false)
  const today = useDay()
  const join = useJoinTeam(onClose)
  const letIn = (day: string | null) => {
    setMissing(person === '')
    if (person !== '') join.mutate({ team, person, holds_from: day })
  }
  return (
    <DatedForm
      label={text.letIn}
      dayLabel={text.from}
      lastDay={today}
      submit={text.letThemIn}
      leave={text.notNow}
      command={join}
      onSubmit={letIn}
      onLeave={onClose}
      mb="sm"
    >
      <PersonPicker
        label={text.who}
        error={missing && person === '' ? text.whom : undefined}
        value={person}
        onChange={setPerson}
      />
    </DatedForm>
  )
}

type LetOutProps = { team: string; person: Schema['PersonName']; onClose: () => void }

function LetOut({ team, person, onClose }: LetOutProps) {
  const text = useText()
  const today = useDay()
  const quit = useQuitTeam(onClose)
  const name = person.name ?? person.handle ?? ''
  return (
    <DatedForm
      label={text.letOut(name)}
      dayLabel={text.noLongerFrom(name)}
      lastDay={today}
      submit={text.takeOut}
      leave={text.notNow}
      command={quit}
      onSubmit={(day) => quit.mutate({ team, person: person.id, holds_from: day })}
      onLeave={onClose}
      mb="sm"
    />
  )
}
