import { Group, Loader } from '@mantine/core'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { Schema } from '../api'
import { CycleSelect, earlierOf, NoCycle, useChosenCycle, useDay } from '../cycles'
import { Board, Page, ProblemNotice, useUiText } from '../ui'
import { ClosingSoon } from './ClosingSoon'
import './company.css'
import { Course } from './Course'
import { InShort } from './InShort'
import { Pillars } from './Pillars'
import { useCourse, useWeek } from './queries'
import { useText } from './text'
import { AtRisk, Moved, Turned } from './Week'

/** How the company stands in a cycle, for whoever has a minute. */
export function CompanyPage() {
  const text = useText()
  const ui = useUiText()
  const { cycle: named } = useSearch({ from: '/shell/company' })
  const navigate = useNavigate({ from: '/company' })
  const { cycle, cycles, none, error, refetch } = useChosenCycle(named)
  const choose = (chosen: string) => void navigate({ search: (before) => ({ ...before, cycle: chosen }) })
  return (
    <Page
      title={text.title}
      actions={
        <Group gap="md">
          <CycleSelect cycle={cycle} cycles={cycles} onChange={choose} />
          {cycle !== undefined && cycle.closings > 0 && (
            <Link className="link" to="/cycles/$cycle" params={{ cycle: cycle.id }}>
              {text.report}
            </Link>
          )}
        </Group>
      }
    >
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {none && <NoCycle />}
      {cycle !== undefined ? (
        <CompanyBoard key={cycle.id} cycle={cycle} />
      ) : (
        !none && <Loader aria-label={ui.loading} mx="auto" my="xl" />
      )}
    </Page>
  )
}

const NO_POINTS: never[] = []

function CompanyBoard({ cycle }: { cycle: Schema['Cycle'] }) {
  const day = earlierOf(useDay(), cycle.last_day)
  const { data: points = NO_POINTS, error } = useCourse(cycle, day)
  const week = useWeek(cycle, day)
  return (
    <Board>
      <ProblemNotice error={error ?? week.error} />
      <InShort cycle={cycle} day={day} figures={points.at(-1)?.figures} week={week} />
      <Pillars cycle={cycle} day={day} />
      <Moved cycle={cycle} week={week} />
      <Course cycle={cycle} points={points} />
      <AtRisk cycle={cycle} week={week} />
      <Turned cycle={cycle} week={week} />
      <ClosingSoon cycle={cycle} day={day} />
    </Board>
  )
}
