import { Group, Loader } from '@mantine/core'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { Schema } from '../api'
import { CycleSelect, useChosenCycle } from '../cycles'
import { useFormat } from '../i18n'
import { countStatuses, EmptyState, Page, PersonLink, ProblemNotice, Progress, StatusSpread, useUiText } from '../ui'
import { useMayKeepTeams } from './acts'
import { FoundTeam } from './FoundTeam'
import { useParticipation, useTeams } from './queries'
import type { TeamRow } from './rows'
import './teams.css'
import { useText } from './text'

/** The tree of teams, each with what it comes to in a cycle. */
export function TeamsPage() {
  const text = useText()
  const ui = useUiText()
  const { cycle: named } = useSearch({ from: '/shell/teams' })
  const navigate = useNavigate({ from: '/teams' })
  const { cycle, cycles } = useChosenCycle(named)
  const { rows, asked, error, refetch } = useTeams(cycle?.id)
  const newest = useParticipation(cycle?.id).data?.periods.at(-1)
  const mayKeep = useMayKeepTeams()
  const choose = (chosen: string) => void navigate({ search: (before) => ({ ...before, cycle: chosen }) })
  return (
    <Page
      title={text.title}
      actions={
        <Group gap="md">
          <CycleSelect cycle={cycle} cycles={cycles} onChange={choose} />
          {mayKeep && <FoundTeam />}
        </Group>
      }
    >
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {!asked && error === null && <Loader aria-label={ui.loading} mx="auto" my="xl" />}
      {asked && rows.length === 0 && (
        <EmptyState title={text.none}>{mayKeep ? text.noneFound : text.noneNext}</EmptyState>
      )}
      {rows.length > 0 && (
        <div className="teams">
          <table className="data">
            <caption className="mute">{text.what}</caption>
            <thead>
              <tr>
                {[text.team, text.lead, text.members, text.objectives, text.statuses, text.checkIns, text.progress].map(
                  (name) => (
                    <th key={name} scope="col">
                      {name}
                    </th>
                  ),
                )}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Team key={row.team.id} row={row} cycle={named} period={newest} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Page>
  )
}

type TeamProps = { row: TeamRow; cycle: string | undefined; period: Schema['ParticipationPeriod'] | undefined }

function Team({ row: { team, depth, view }, cycle, period }: TeamProps) {
  const text = useText()
  const format = useFormat()
  const took = period?.teams.find((it) => it.team.id === team.id)
  return (
    <tr>
      <th scope="row" style={{ paddingLeft: depth * 22 }}>
        <Link to="/teams/$team" params={{ team: team.id }} search={{ cycle }}>
          {team.name}
        </Link>
      </th>
      <td>
        <PersonLink person={team.lead} />
      </td>
      <td className="number">{format.number(team.members)}</td>
      <td className="number">{view !== undefined && format.number(view.objectives.length)}</td>
      <td className="teams-spread">
        {view !== undefined && <StatusSpread counts={countStatuses(view.objectives)} compact />}
      </td>
      <td className="number">
        {took === undefined || took.due === null || took.done === null ? (
          <span className="mute" title={text.notShown}>
            –
          </span>
        ) : (
          text.doneOfDue(format.number(took.done), format.number(took.due))
        )}
      </td>
      <td className="teams-progress">
        <Progress value={view?.progress ?? null} />
      </td>
    </tr>
  )
}
