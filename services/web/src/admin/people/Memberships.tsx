import { Button, Select, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { UserMinus, UserPlus } from 'lucide-react'
import { useState } from 'react'
import type { Schema } from '../../api'
import { useMayChange } from '../../time-travel'
import { DatedForm } from '../DatedForm'
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
  const join = useJoinTeam(onClose)
  const others = teams.filter((it) => person.teams.every((own) => own.id !== it.id))
  const put = (day: string | null) => {
    setMissing(team === null)
    if (team !== null) join.mutate({ team, person: person.id, holds_from: day })
  }
  return (
    <DatedForm
      label={text.putInto}
      dayLabel={text.from}
      submit={text.putIn}
      leave={text.notNow}
      command={join}
      onSubmit={put}
      onLeave={onClose}
      mt="xs"
    >
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
    </DatedForm>
  )
}

type QuitTeamProps = { person: Schema['Person']; team: { id: string; name: string | null }; onClose: () => void }

function QuitTeam({ person, team, onClose }: QuitTeamProps) {
  const text = useText()
  const quit = useQuitTeam(onClose)
  return (
    <DatedForm
      label={text.takeOutOf(team.name ?? '')}
      dayLabel={text.noLongerFrom(team.name ?? '')}
      submit={text.takeOut}
      leave={text.notNow}
      command={quit}
      onSubmit={(day) => quit.mutate({ team: team.id, person: person.id, holds_from: day })}
      onLeave={onClose}
    />
  )
}
