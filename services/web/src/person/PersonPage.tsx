import { Loader } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { useGet, type Schema } from '../api'
import { useFormat } from '../i18n'
import { useSession } from '../sign-in/session'
import { Board, Card, ObjectiveLine, Page, PersonLink, ProblemNotice, Tile, Tiles, useUiText } from '../ui'
import './person.css'
import { Tasks } from './Tasks'
import { useText } from './text'

/** What is somebody's, and what waits for them. Nothing on it says how good they are, and nobody stands beside them. */
export function PersonPage() {
  const ui = useUiText()
  const { handle } = useParams({ from: '/shell/people/$handle' })
  const person = useGet('/v1/people/{person}', { path: { person: handle } })
  const page = useGet('/v1/people/{person}/page', { path: { person: handle } })
  const error = person.error ?? page.error
  const known = person.data !== undefined && page.data !== undefined
  return (
    <Page title={person.data?.name ?? person.data?.handle ?? handle}>
      <ProblemNotice
        error={error}
        onRetry={() => {
          void person.refetch()
          void page.refetch()
        }}
      />
      {!known && error === null && <Loader aria-label={ui.loading} mx="auto" my="xl" />}
      {known && <PersonBoard person={person.data} page={page.data} />}
    </Page>
  )
}

function PersonBoard({ person, page }: { person: Schema['Person']; page: Schema['PersonsPage'] }) {
  const text = useText()
  const me = useSession().session?.person?.id === person.id
  return (
    <Board>
      <WhoTheyAre person={person} page={page} />
      {page.approvals !== null && page.approvals.length > 0 && (
        <Card title={text.toApprove}>
          <ul className="lines">
            {page.approvals.map((it) => (
              <ObjectiveLine key={it.id} objective={it} />
            ))}
          </ul>
        </Card>
      )}
      {page.feedback !== null && page.feedback.length > 0 && <FeedbackAsked requests={page.feedback} />}
      <Card title={text.objectives}>
        {page.objectives.length === 0 && <p className="mute">{me ? text.noObjectivesYet : text.noObjectives}</p>}
        <ul className="lines">
          {page.objectives.map((it) => (
            <ObjectiveLine key={it.id} objective={it} />
          ))}
        </ul>
      </Card>
      <KeyResults keyResults={page.key_results} />
      <Tasks title={text.tasks} tasks={page.tasks} none={text.noTasks} whose="giver" />
      <Tasks title={text.given} tasks={page.given} none={text.noneGiven} whose="assignee" />
    </Board>
  )
}

function WhoTheyAre({ person, page }: { person: Schema['Person']; page: Schema['PersonsPage'] }) {
  const text = useText()
  const format = useFormat()
  return (
    <Card title={text.waits} wide>
      <div className="person-who">
        {person.teams.length > 0 && (
          <span className="person-teams">
            {text.teams}
            {person.teams.map((it) => (
              <Link key={it.id ?? it.name} to="/teams/$team" params={{ team: it.id ?? it.name ?? '' }}>
                {it.name}
              </Link>
            ))}
          </span>
        )}
        {person.manager !== null && (
          <span className="person-teams">
            {text.manager} <PersonLink person={person.manager} />
          </span>
        )}
        {person.state === 'left' && <span className="mute">{text.left}</span>}
      </div>
      <Tiles>
        <Tile name={text.checkInsDue} value={format.number(page.check_ins_due)}>
          <span className="mute">{text.thisPeriod}</span>
        </Tile>
        <Tile name={text.tasksDue} value={format.number(page.tasks_due)}>
          <span className="mute">{text.dayHasCome}</span>
        </Tile>
        {page.unread !== null && (
          <Tile name={text.unread} value={format.number(page.unread)}>
            <span className="mute">{text.inInbox}</span>
          </Tile>
        )}
      </Tiles>
    </Card>
  )
}

function FeedbackAsked({ requests }: { requests: readonly Schema['CommentAsItStands'][] }) {
  const text = useText()
  return (
    <Card title={text.feedbackAsked}>
      <ul className="lines">
        {requests.map((it) => (
          <li className="line" key={it.id}>
            <span className="line-what">
              <Link to="/inbox">{it.text}</Link>
            </span>
            <PersonLink person={it.author} />
          </li>
        ))}
      </ul>
    </Card>
  )
}

function KeyResults({ keyResults }: { keyResults: readonly Schema['ReportedKeyResult'][] }) {
  const text = useText()
  const format = useFormat()
  return (
    <Card title={text.keyResults}>
      {keyResults.length === 0 && <p className="mute">{text.noKeyResults}</p>}
      <ul className="lines">
        {keyResults.map((it) => (
          <ObjectiveLine
            key={it.id}
            objective={{ ...it, id: it.objective.id }}
            about={[it.objective.title, it.due_by !== null && text.dueBy(format.day(it.due_by)), it.stale && text.stale]
              .filter(Boolean)
              .join(' · ')}
          />
        ))}
      </ul>
    </Card>
  )
}
