import { Group, Loader } from '@mantine/core'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useGet, type Schema } from '../api'
import { CycleSelect, earlierOf, useChosenCycle, useDay } from '../cycles'
import {
  Board,
  Card,
  countStatuses,
  Delta,
  EmptyState,
  ObjectiveLine,
  Page,
  PersonLink,
  ProblemNotice,
  Progress,
  Status,
  StatusSpread,
  useUiText,
} from '../ui'
import { useMayKeepTeams } from './acts'
import { KeepTeam } from './KeepTeam'
import { Members } from './Members'
import { changed, useTeamProgress } from './queries'
import { TeamParticipation } from './TeamParticipation'
import './teams.css'
import { TeamTurned } from './TeamTurned'
import { useText } from './text'

/** A team: who is in it, its objectives and how they stand, whether it reports, and what turned. */
export function TeamPage() {
  const ui = useUiText()
  const { team: named } = useParams({ from: '/shell/teams/$team' })
  const search = useSearch({ from: '/shell/teams/$team' })
  const navigate = useNavigate({ from: '/teams/$team' })
  const { cycle, cycles } = useChosenCycle(search.cycle)
  const { data: team, error, refetch } = useGet('/v1/teams/{team}', { path: { team: named } })
  const mayKeep = useMayKeepTeams()
  const choose = (chosen: string) => void navigate({ search: (before) => ({ ...before, cycle: chosen }) })
  return (
    <Page
      title={team?.name ?? named}
      actions={
        <Group gap="md">
          <CycleSelect cycle={cycle} cycles={cycles} onChange={choose} />
          {mayKeep && team !== undefined && team.dissolved_on === null && <KeepTeam team={team} />}
        </Group>
      }
    >
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {team === undefined && error === null && <Loader aria-label={ui.loading} mx="auto" my="xl" />}
      {team !== undefined && <TeamBoard key={`${team.id} ${cycle?.id}`} team={team} cycle={cycle} />}
    </Page>
  )
}

function TeamBoard({ team, cycle }: { team: Schema['Team']; cycle: Schema['Cycle'] | undefined }) {
  const text = useText()
  const today = useDay()
  const day = earlierOf(today, cycle?.last_day)
  const { now, before, error } = useTeamProgress(team.id, cycle?.id, day)
  return (
    <Board>
      <Card
        title={text.inShort}
        aside={
          team.parent?.id && (
            <Link to="/teams/$team" params={{ team: team.parent.id }} search={{ cycle: cycle?.id }}>
              {text.partOf(team.parent.name ?? '')}
            </Link>
          )
        }
        wide
      >
        <ProblemNotice error={error} />
        <div className="team-short">
          <span>
            {text.lead}: <PersonLink person={team.lead} />
          </span>
          <span className="team-progress">
            <Progress value={now?.progress ?? null} />
          </span>
          {now?.hidden && <span className="mute">{text.hidden}</span>}
        </div>
        <StatusSpread counts={countStatuses(now?.objectives ?? [])} />
      </Card>
      <Card title={text.objectives}>
        {now?.objectives.length === 0 && <EmptyState title={text.noObjectives}>{text.noObjectivesNext}</EmptyState>}
        <ul className="lines">
          {now?.objectives.map((it) => (
            <ObjectiveLine
              key={it.id}
              objective={it}
              cycle={cycle?.id}
              aside={
                <>
                  <Delta value={changed(now, before, it.id)} />
                  <Status value={it.status} />
                  <span className="line-progress">
                    <Progress value={it.progress} />
                  </span>
                </>
              }
            />
          ))}
        </ul>
      </Card>
      {cycle !== undefined && <TeamParticipation team={team.id} cycle={cycle.id} />}
      {cycle !== undefined && <TeamTurned team={team.id} cycle={cycle.id} day={day} />}
      <Members team={team.id} />
      {now !== undefined && now.teams.length > 0 && <TeamsBelow teams={now.teams} cycle={cycle?.id} />}
    </Board>
  )
}

function TeamsBelow({ teams, cycle }: { teams: readonly Schema['TeamView'][]; cycle: string | undefined }) {
  const text = useText()
  return (
    <Card title={text.below}>
      <ul className="lines">
        {teams.map((it) => (
          <li className="line" key={it.team.id}>
            <span className="line-what">
              <Link to="/teams/$team" params={{ team: it.team.id ?? '' }} search={{ cycle }}>
                {it.team.name}
              </Link>
            </span>
            <span className="line-progress">
              <StatusSpread counts={countStatuses(it.objectives)} compact />
            </span>
            <span className="line-progress">
              <Progress value={it.progress} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
