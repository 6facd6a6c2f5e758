import { Loader } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useGet, type Schema } from '../api'
import { CycleSelect, NoCycle, useChosenCycle, useDay } from '../cycles'
import { SavedViews } from '../saved-views/SavedViews'
import { Board, EmptyState, Page, ProblemNotice, useUiText } from '../ui'
import { CyclesCompared } from './CyclesCompared'
import { lastWhole, overTime } from './grid'
import { HeatMap } from './HeatMap'
import { LastPeriod } from './LastPeriod'
import './participation.css'
import { useText } from './text'

/** The champion's page: where check-ins are made, where a hand would help, and how cycles went beside each other. By team, never by person. */
export function ParticipationPage() {
  const text = useText()
  const search = useSearch({ from: '/shell/participation' })
  const navigate = useNavigate({ from: '/participation' })
  const { cycle, cycles, none, error } = useChosenCycle(search.cycle)
  const choose = (chosen: string) => void navigate({ search: ({ saved }) => ({ cycle: chosen, saved }) })
  return (
    <Page
      title={text.title}
      actions={
        <>
          <CycleSelect cycle={cycle} cycles={cycles} onChange={choose} />
          <SavedViews />
        </>
      }
    >
      <ProblemNotice error={error} />
      {none && <NoCycle />}
      {cycle !== undefined && (
        <Board>
          <Periods cycle={cycle} />
          <CyclesCompared
            key={cycle.id}
            cycle={cycle}
            cycles={cycles}
            others={search.with}
            onChoose={(chosen) => void navigate({ search: (before) => ({ ...before, with: chosen }) })}
          />
        </Board>
      )}
    </Page>
  )
}

function Periods({ cycle }: { cycle: Schema['Cycle'] }) {
  const text = useText()
  const ui = useUiText()
  const day = useDay()
  const { data, error, refetch } = useGet('/v1/cycles/{cycle}/participation', { path: { cycle: cycle.id } })
  if (error !== null) return <ProblemNotice error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loader aria-label={ui.loading} mx="auto" my="xl" />
  const teams = overTime(data.periods)
  if (teams.length === 0) return <EmptyState title={text.nothing}>{text.nothingNext}</EmptyState>
  const last = lastWhole(data.periods, day)
  return (
    <>
      <HeatMap periods={data.periods} teams={teams} />
      <LastPeriod period={data.periods[last]} place={last} teams={teams} cycle={cycle.id} />
    </>
  )
}
