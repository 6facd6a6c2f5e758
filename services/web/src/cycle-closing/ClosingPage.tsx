import { Button, Loader } from '@mantine/core'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useGet, type Schema } from '../api'
import { useMayChange } from '../time-travel'
import { EmptyState, Page, ProblemNotice, useUiText } from '../ui'
import { CarryOver } from './CarryOver'
import { ClosingForm } from './ClosingForm'
import './closing.css'
import { useKeptDraft } from './kept'
import { useMayClose, useNextStep, useReportBefore, type Step } from './queries'
import { useText } from './text'

/** Closes a cycle: what is said of each objective and its grades, tried first, then in one command. */
export function ClosingPage() {
  const text = useText()
  const ui = useUiText()
  const { cycle: named } = useParams({ from: '/shell/cycles/$cycle/close' })
  const { data: cycle, error, refetch } = useGet('/v1/cycles/{cycle}', { path: { cycle: named } })
  const mayChange = useMayChange()
  const mayClose = useMayClose()
  return (
    <Page title={text.title(cycle?.name ?? named)}>
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {cycle === undefined && error === null && <Loader aria-label={ui.loading} mx="auto" my="xl" />}
      {cycle !== undefined &&
        (mayClose ? (
          <Closing key={cycle.id} cycle={cycle} />
        ) : (
          <EmptyState title={mayChange ? text.notYours : text.past}>
            {mayChange ? text.notYoursNext : text.pastNext} <ToObjectives cycle={cycle} />
          </EmptyState>
        ))}
    </Page>
  )
}

function Closing({ cycle }: { cycle: Schema['Cycle'] }) {
  const text = useText()
  const navigate = useNavigate()
  const kept = useKeptDraft(cycle.id)
  const before = useReportBefore(cycle)
  const toReport = () => {
    kept.forget()
    void navigate({ to: '/cycles/$cycle', params: { cycle: cycle.id } })
  }
  if (kept.draft.toCarry.length > 0) return <CarryOver cycle={cycle} kept={kept} onDone={toReport} />
  switch (cycle.state) {
    case 'planning':
      return (
        <EmptyState title={text.planning}>
          {text.planningNext}
          <NextStep cycle={cycle} step="start" label={text.start} />
        </EmptyState>
      )
    case 'active':
      return (
        <EmptyState title={text.active}>
          {text.activeNext}
          <NextStep cycle={cycle} step="review" label={text.review} />
        </EmptyState>
      )
    case 'closed':
      return (
        <EmptyState title={text.isClosed}>
          {text.isClosedNext}{' '}
          <Link className="link" to="/cycles/$cycle" params={{ cycle: cycle.id }}>
            {text.toReport}
          </Link>
        </EmptyState>
      )
    case 'review':
      return cycle.closings > 0 && before.data === undefined ? (
        <ProblemNotice error={before.error} onRetry={() => void before.refetch()} />
      ) : (
        <ClosingForm cycle={cycle} report={before.data} kept={kept} onClosed={toReport} />
      )
  }
}

/** What has to be done first, and is done from here. */
function NextStep({ cycle, step, label }: { cycle: Schema['Cycle']; step: Step; label: ReactNode }) {
  const move = useNextStep(cycle)
  return (
    <div className="closing-step">
      <ProblemNotice error={move.error} />
      <Button loading={move.isPending} onClick={() => move.mutate(step)}>
        {label}
      </Button>{' '}
      <ToObjectives cycle={cycle} />
    </div>
  )
}

function ToObjectives({ cycle }: { cycle: Schema['Cycle'] }) {
  const text = useText()
  return (
    <Link className="link" to="/objectives" search={{ cycle: cycle.id }}>
      {text.toObjectives}
    </Link>
  )
}
