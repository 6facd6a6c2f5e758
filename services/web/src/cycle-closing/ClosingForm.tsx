import { Checkbox, Loader, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Problem, type Schema } from '../api'
import { earlierOf, useDay } from '../cycles'
import { useCycles } from '../objectives/queries'
import { ProblemNotice, useUiText } from '../ui'
import { carriedOf, closingOf, leftBy, placeOf, saidBefore, type Draft } from './closing'
import { EndBar } from './EndBar'
import type { useKeptDraft } from './kept'
import { ObjectiveList } from './ObjectiveList'
import { useCloser, useOpenObjectives, useTryClosing } from './queries'
import { Sure } from './Sure'
import { useText } from './text'
import { WhatIsLeft } from './WhatIsLeft'

type ClosingFormProps = {
  cycle: Schema['Cycle']
  report: Schema['Report'] | undefined
  kept: ReturnType<typeof useKeptDraft>
  onClosed: () => void
}

/** All that is said at the closing of a cycle. It is tried before one is asked whether it shall be. */
export function ClosingForm({ cycle, report, kept, onClosed }: ClosingFormProps) {
  const text = useText()
  const ui = useUiText()
  const today = useDay()
  const { draft, setDraft } = kept
  const closer = useCloser()
  const day = draft.day ?? earlierOf(today, cycle.last_day)
  const { objectives, error, refetch } = useOpenObjectives(cycle.id, day, today)
  const cycles = useCycles().data?.items.filter((it) => it.state !== 'closed' && it.id !== cycle.id) ?? []
  const [opened, setOpened] = useState<string | null>(null)
  const [passed, setPassed] = useState<Schema['CycleClosing'] | null>(null)
  // As it was checked: once the cycle is closed nothing is active any more, and that may be heard before the answer.
  const [toCarry, setToCarry] = useState<Draft['toCarry']>([])
  const trial = useTryClosing(cycle, setPassed)
  if (objectives === undefined) {
    return (
      <>
        <ProblemNotice error={error} onRetry={refetch} />
        {error === null && <Loader aria-label={ui.loading} mx="auto" my="xl" />}
      </>
    )
  }
  const before = saidBefore(report)
  const active = objectives.filter((it) => it.state === 'active')
  const carried = carriedOf(active, draft, closer, new Set(cycles.map((it) => it.id)))
  const put = (changed: Partial<Draft>) => setDraft({ ...draft, ...changed })
  const attempt = () => {
    const closing = closingOf(active, draft, before, closer, day)
    setToCarry(carried)
    trial.mutate(closing, {
      onError: (refused) => {
        const [first] = refused instanceof Problem ? refused.errors : []
        const place = first && placeOf(first.field, closing, active)
        if (place) setOpened(place.objective.id)
      },
    })
  }
  return (
    <form
      className="closing"
      aria-label={text.title(cycle.name)}
      onSubmit={(event) => {
        event.preventDefault()
        attempt()
      }}
    >
      <div className="closing-body">
        <p>
          {active.length === 0 ? text.endsNothing : text.ends(active.length)}{' '}
          {!closer.admin && <span className="mute">{text.hiddenToo}</span>}
        </p>
        <div className="closing-how">
          <TextInput
            type="date"
            label={text.day}
            description={text.dayIs}
            required
            min={cycle.first_day ?? undefined}
            max={today}
            value={day}
            onChange={(event) => event.target.value !== '' && put({ day: event.target.value })}
          />
          <Checkbox
            label={text.asProposed}
            description={text.asProposedIs}
            checked={draft.asProposed}
            onChange={(event) => put({ asProposed: event.target.checked })}
          />
        </div>
        <WhatIsLeft left={leftBy(objectives, draft, closer)} />
        {active.length > 0 && (
          <ObjectiveList
            objectives={active}
            cycles={cycles}
            before={before}
            draft={draft}
            onChange={put}
            opened={opened}
            onOpen={setOpened}
          />
        )}
      </div>
      <EndBar
        kept={kept}
        cycle={cycle}
        pending={trial.isPending}
        error={trial.error && named(trial.error, trial.variables, active)}
      />
      {passed !== null && (
        <Sure
          cycle={cycle}
          closing={passed}
          day={day}
          closes={active.length}
          carried={toCarry.length}
          onClose={() => setPassed(null)}
          onDone={() => {
            if (toCarry.length === 0) onClosed()
            else put({ toCarry })
          }}
        />
      )}
    </form>
  )
}

/** A refusal, in which rows are called by what they are about. */
function named(
  error: Error,
  closing: Schema['CycleClosing'] | undefined,
  objectives: readonly Schema['Objective'][],
): Error {
  if (!(error instanceof Problem) || closing === undefined) return error
  const errors = error.errors.map((it) => ({
    ...it,
    field: placeOf(it.field, closing, objectives)?.title ?? it.field,
  }))
  const { reason, message: detail, correlationId } = error
  return new Problem({ reason, detail, errors, correlation_id: correlationId ?? undefined }, error.status)
}
