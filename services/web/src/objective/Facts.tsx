import { Alert, Badge, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { EyeOff, Flag, TimerOff } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Schema } from '../api'
import { useFormat } from '../i18n'
import { Person } from '../ui'
import { ApprovalNotice } from './ApprovalNotice'
import { useText } from './text'

type Objective = Schema['Objective']

/** What an objective is, in two columns: a row for each thing that is said of it. */
export function Facts({ objective }: { objective: Objective }) {
  const text = useText()
  const format = useFormat()
  const share = (value: number | null) => (value === null ? null : format.percent(value))
  const rows: [string, ReactNode][] = [
    [text.facts.owner, <Person key="owner" person={objective.owner} />],
    [text.facts.team, objective.team?.name],
    [text.facts.contributors, objective.contributors.map((it) => it.name ?? it.handle).join(', ')],
    [
      text.facts.cycle,
      <Link key="cycle" to="/objectives" search={{ cycle: objective.cycle.id }}>
        {objective.cycle.name}
      </Link>,
    ],
    [
      text.facts.span,
      [objective.start_day, objective.due_day].map((it) => (it === null ? '…' : format.day(it))).join(' – '),
    ],
    [text.facts.parent, objective.parent && <ParentLink parent={objective.parent} />],
    [text.facts.pillar, objective.pillar?.title],
    [text.facts.startedFrom, objective.started_from?.title],
    [text.facts.carriedFrom, objective.carried_from && <ObjectiveLink objective={objective.carried_from} />],
    [text.facts.copiedFrom, objective.copied_from && <ObjectiveLink objective={objective.copied_from} />],
    [text.facts.approval, objective.approval && text.approvals[objective.approval]],
    [text.facts.pace, share(objective.pace)],
    [text.facts.coverage, share(objective.coverage)],
    [text.facts.confidence, objective.confidence === null ? null : text.outOfTen(format.number(objective.confidence))],
    [text.facts.grade, objective.grade === null ? null : format.number(objective.grade)],
    [
      text.facts.labels,
      objective.labels.length === 0
        ? null
        : objective.labels.map((it) => (
            <Badge key={it} variant="default" size="sm" tt="none" mr={4}>
              {it}
            </Badge>
          )),
    ],
  ]
  return (
    <dl className="facts">
      {rows.map(([name, said]) =>
        said === null || said === undefined || said === '' ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{said}</dd>
          </div>
        ),
      )}
    </dl>
  )
}

function ParentLink({ parent }: { parent: Schema['Parent'] }) {
  if (parent.objective === null) return null
  return (
    <>
      <ObjectiveLink objective={parent.objective} />
      {parent.key_result !== null && <Text size="xs">{parent.key_result.title}</Text>}
    </>
  )
}

/** An objective by its title, which leads to its page. */
export function ObjectiveLink({ objective }: { objective: Schema['ObjectiveName'] }) {
  return (
    <Link to="/objectives/$reference" params={{ reference: objective.ref }}>
      {objective.title}
    </Link>
  )
}

/** What is aligned to it. */
export function Children({ objective }: { objective: Objective }) {
  const text = useText()
  if (objective.children.length === 0) return null
  return (
    <section aria-label={text.facts.children}>
      <Title order={2} size="h5" mb="xs">
        {text.facts.children}
      </Title>
      <ul className="plain-list">
        {objective.children.map((it) => (
          <li key={it.id}>
            <ObjectiveLink objective={it} />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** What one has to know before one believes a number: it waits for its approval, has ended, is stale, or has parts that are hidden. */
export function Notices({ objective }: { objective: Objective }) {
  const text = useText()
  const format = useFormat()
  return (
    <>
      <ApprovalNotice objective={objective} />
      {objective.ended_on !== null && (
        <Alert p="xs" variant="outline" color="gray" icon={<Flag size={16} aria-hidden />}>
          {text.endedOn(format.day(objective.ended_on))}
        </Alert>
      )}
      {objective.stale && (
        <Alert p="xs" variant="outline" color="orange" icon={<TimerOff size={16} aria-hidden />}>
          {text.stale}
        </Alert>
      )}
      {objective.hidden && (
        <Alert p="xs" variant="outline" color="gray" icon={<EyeOff size={16} aria-hidden />} title={text.hidden}>
          {text.hiddenWhy}
        </Alert>
      )}
    </>
  )
}
