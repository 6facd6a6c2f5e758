import { Button, Select, Stack, TextInput, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { UserMinus, UserPlus } from 'lucide-react'
import { useState, type SyntheticEvent } from 'react'
import type { Schema } from '../../api'
import { useDay } from '../../cycles'
import { useMayChange } from '../../time-travel'
import { FormEnd, ProblemNotice } from '../../ui'
import { errorOf, unplaced } from '../fields'
import { useAllTeams, useJoinTeam, useQuitTeam } from './queries'
import { useText } from './text'

/** The teams that somebody is in: into another one, or out of one, from a day on. */
export function Memberships({ person }: { person: Schema['Person'] }) {
  const text = useText()
  const mayChange = useMayChange()
  const [joining, setJoining] = useState(false)
  const [quitting, setQuitting] = useState<string | null>(null)
  return (
    <section aria-label={text.teams}>
      <Title order={3} size="h5" mb={4}>
        {text.teams}
      </Title>
      {person.teams.length === 0 && <p className="mute">{text.noTeams}</p>}
      <ul className="lines">
        {person.teams.map(({ id, name }) => (
          <li key={id} className="line">
            {quitting === id && id !== null ? (
              <QuitTeam person={person} team={{ id, name }} onClose={() => setQuitting(null)} />
            ) : (
              <>
                <span className="line-what">
                  <Link to="/teams/$team" params={{ team: id ?? '' }} className="link">
                    {name}
                  </Link>
                </span>
                {mayChange && (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    leftSection={<UserMinus size={13} aria-hidden />}
                    aria-label={text.takeOutOf(name ?? '')}
                    onClick={() => setQuitting(id)}
                  >
                    {text.takeOut}
                  </Button>
                )}
              </>
            )}
          </li>
        ))}
      </ul>
      {mayChange && !joining && (
        <Button
          size="xs"
          variant="default"
          mt="xs"
          leftSection={<UserPlus size={13} aria-hidden />}
          onClick={() => setJoining(true)}
        >
          {text.putInto}
        </Button>
      )}
      {joining && <JoinTeam person={person} onClose={() => setJoining(false)} />}
    </section>
  )
}

function JoinTeam({ person, onClose }: { person: Schema['Person']; onClose: () => void }) {
  const text = useText()
  const teams = useAllTeams()
  const [team, setTeam] = useState<string | null>(null)
  const [missing, setMissing] = useState(false)
  const [day, setDay] = useState(useDay())
  const join = useJoinTeam(onClose)
  const others = teams.filter((it) => person.teams.every((own) => own.id !== it.id))
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    setMissing(team === null)
    if (team !== null) join.mutate({ team, person: person.id, holds_from: day || null })
  }
  return (
    <form onSubmit={submit} aria-label={text.putInto} noValidate>
      <Stack gap="xs" mt="xs">
        <Select
          label={text.team}
          required
          searchable
          // One asked for the form: what is typed belongs into it.
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          nothingFoundMessage={text.noTeam}
          error={missing && team === null && text.whichTeam}
          data={others.map((it) => ({ value: it.id, label: it.name }))}
          value={team}
          onChange={setTeam}
        />
        <TextInput
          type="date"
          label={text.from}
          error={errorOf(join.error, 'holds_from')}
          value={day}
          onChange={(event) => setDay(event.target.value)}
        />
        <ProblemNotice error={unplaced(join.error, ['holds_from'])} />
        <FormEnd submit={text.putIn} pending={join.isPending} leave={text.notNow} onLeave={onClose} size="xs" />
      </Stack>
    </form>
  )
}

type QuitTeamProps = { person: Schema['Person']; team: { id: string; name: string | null }; onClose: () => void }

function QuitTeam({ person, team, onClose }: QuitTeamProps) {
  const text = useText()
  const [day, setDay] = useState(useDay())
  const quit = useQuitTeam(onClose)
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    quit.mutate({ team: team.id, person: person.id, holds_from: day || null })
  }
  return (
    <form onSubmit={submit} aria-label={text.takeOutOf(team.name ?? '')} noValidate>
      <Stack gap="xs">
        <TextInput
          type="date"
          label={text.noLongerFrom(team.name ?? '')}
          // One asked for the form: what is typed belongs into it.
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          error={errorOf(quit.error, 'holds_from')}
          value={day}
          onChange={(event) => setDay(event.target.value)}
        />
        <ProblemNotice error={unplaced(quit.error, ['holds_from'])} />
        <FormEnd submit={text.takeOut} pending={quit.isPending} leave={text.notNow} onLeave={onClose} size="xs" />
      </Stack>
    </form>
  )
}
