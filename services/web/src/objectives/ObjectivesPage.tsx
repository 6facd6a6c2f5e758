import { Button, Loader } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { askAgain } from '../api'
import { NoCycle } from '../cycles'
import { ObjectivePanel } from '../objective/ObjectivePanel'
import { SavedViews } from '../saved-views/SavedViews'
import { useSession } from '../sign-in/session'
import { useCalendar, useMoment } from '../time-travel'
import { EmptyState, Page, ProblemNotice, useUiText } from '../ui'
import { useAligning } from './aligning/useAligning'
import { nameOf, nextSort } from './columns'
import { differenceOf } from './difference'
import { DifferenceBar } from './DifferenceBar'
import { Filters } from './Filters'
import { filterOf, shownAs, type TreeSearch } from './filters'
import './objectives.css'
import { chosenCycle, presentCycle, useCycles, useFound, useTree, useTreeBegins, useTreeOfToday } from './queries'
import { useText } from './text'
import { Toolbar } from './Toolbar'
import { TreeGrid } from './TreeGrid'
import { useOpened } from './useOpened'

/** The tree of a cycle, and beside it the objective that is open. In the past: with what is different today. */
export function ObjectivesPage() {
  const text = useText()
  const ui = useUiText()
  const search = useSearch({ from: '/shell/objectives' })
  const navigate = useNavigate({ from: '/objectives' })
  const moment = useMoment()
  const { today } = useCalendar()
  const { session } = useSession()
  const queries = useQueryClient()
  const cycles = useCycles()
  const there = cycles.data?.items ?? []
  const usual = presentCycle(there, moment?.trueOn)
  const chosen = chosenCycle(there, search.cycle, moment?.trueOn)
  const cycle = chosen?.id ?? search.cycle // while the cycles are on their way, and where there is none of that name
  const tree = useTree(cycle)
  const begins = useTreeBegins(cycle)
  const known = tree.data ?? (begins?.next != null ? begins.objectives : undefined)
  const compares = moment !== null && search.differences !== false
  const now = useTreeOfToday(cycle, today, compares)
  const { pillar, label, due_before } = search
  const found = useFound(cycle, {
    pillar: pillar === undefined ? undefined : [pillar],
    label: label === undefined ? undefined : [label],
    due_before,
  })

  const difference = useMemo(
    () => (compares && tree.data && now.data ? differenceOf(tree.data, now.data) : null),
    [compares, tree.data, now.data],
  )
  const aligner = useAligning(difference?.objectives ?? known ?? NOTHING)
  const { objectives } = aligner
  const me = session?.person?.id ?? null
  const filter = useMemo(
    () => filterOf(search, { me, found: found.ids, difference }),
    [search, me, found.ids, difference],
  )
  const matching = useMemo(() => (filter ? objectives.filter(filter).length : objectives.length), [objectives, filter])
  const opened = useOpened(objectives, search.key_results === true)
  const { columns, sort } = useMemo(() => shownAs(search), [search])
  const change = (changed: Partial<TreeSearch>, replace = false) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace })

  return (
    <div className={search.open === undefined ? 'objectives' : 'objectives objectives-split'}>
      <Page title={text.title} actions={<SavedViews />}>
        <Filters
          search={search}
          cycle={cycle}
          cycles={cycles.data?.items ?? []}
          objectives={objectives}
          onChange={change}
        />
        <ProblemNotice
          error={cycles.error ?? tree.error ?? now.error ?? found.error}
          onRetry={() => void askAgain(queries, { predicate: ({ state }) => state.status === 'error' })}
        />
        {cycles.data?.items.length === 0 ? (
          <NoCycle />
        ) : known === undefined ? (
          tree.error === null && <Loader aria-label={ui.loading} mx="auto" my="xl" />
        ) : objectives.length === 0 ? (
          moment === null ? (
            <EmptyState title={text.empty}>{text.emptyNext}</EmptyState>
          ) : (
            <EmptyState title={text.emptyThen}>
              {text.emptyThenNext}
              {usual !== undefined && usual.id !== cycle && (
                <Button mt="sm" display="block" mx="auto" onClick={() => change({ cycle: usual.id, open: undefined })}>
                  {text.showCycle(usual.name)}
                </Button>
              )}
            </EmptyState>
          )
        ) : (
          <>
            <Toolbar
              count={
                filter
                  ? text.countOf(matching, objectives.length)
                  : text.count(tree.data ? objectives.length : (begins?.total ?? 0))
              }
              opened={opened}
              columns={columns}
              keyResults={search.key_results === true}
              differences={moment === null ? null : compares}
              onChange={change}
            >
              {tree.data === undefined && <Loader size={14} color="gray" aria-label={ui.loading} />}
              {difference && (
                <DifferenceBar difference={difference} chosen={search.since} onChoose={(since) => change({ since })} />
              )}
            </Toolbar>
            <TreeGrid
              objectives={objectives}
              opened={opened}
              aligner={aligner}
              filter={filter}
              difference={difference}
              columns={columns}
              sort={sort}
              onSort={(by) => {
                const next = nextSort(sort, by)
                change({ sort: next ? nameOf(next) : undefined })
              }}
              selected={search.open}
              onOpen={(open) => change({ open })}
            />
          </>
        )}
      </Page>
      {search.open !== undefined && (
        <ObjectivePanel key={search.open} id={search.open} onClose={() => change({ open: undefined })} />
      )}
    </div>
  )
}

const NOTHING: readonly never[] = []
