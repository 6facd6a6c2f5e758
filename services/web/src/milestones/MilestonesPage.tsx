import { Button, Group, Loader, SegmentedControl, Select } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { SavedViews } from '../saved-views/SavedViews'
import { useCommands } from '../shell/commands'
import { useMayChange } from '../time-travel'
import { EmptyState, Page, ProblemNotice, useUiText } from '../ui'
import { MilestoneList } from './MilestoneList'
import { MilestonePanel } from './MilestonePanel'
import './milestones.css'
import { PlanMilestone } from './PlanMilestone'
import { useMayPlan, useMilestones } from './queries'
import { PHASES, type MilestonesSearch } from './route'
import { useText } from './text'
import { TimeLine } from './TimeLine'

/** The milestones of the company and its teams, on a time line or as a list, and beside them the one that is open. */
export function MilestonesPage() {
  const text = useText()
  const ui = useUiText()
  const search = useSearch({ from: '/shell/milestones' })
  const navigate = useNavigate({ from: '/milestones' })
  const { data, error, refetch } = useMilestones()
  const mayPlan = useMayPlan()
  const mayChange = useMayChange()
  const [planning, setPlanning] = useState(false)
  const change = (changed: MilestonesSearch) => void navigate({ search: (before) => ({ ...before, ...changed }) })
  const all = data ?? []
  const teams = [...new Set(all.flatMap((it) => it.team?.name ?? []))].sort((a, b) => a.localeCompare(b))
  const shown = all.filter(
    (it) =>
      (search.team === undefined || it.team?.name === search.team) &&
      (search.phase === undefined || it.phase === search.phase),
  )
  const open = all.find((it) => it.ref === search.open || it.id === search.open)
  const plan = mayPlan && mayChange
  useCommands(plan ? [{ label: text.plan, act: () => setPlanning(true) }] : [])
  const places = { milestones: shown, open: open?.id, onOpen: (id: string) => change({ open: id }) }
  return (
    <div className={open === undefined ? 'beside' : 'beside beside-open'}>
      <Page
        title={text.title}
        actions={
          <>
            <SavedViews />
            {plan && (
              <Button
                size="xs"
                variant="default"
                leftSection={<Plus size={14} aria-hidden />}
                onClick={() => setPlanning(true)}
              >
                {text.plan}
              </Button>
            )}
          </>
        }
      >
        {all.length > 0 && (
          <Group gap="xs" role="search" aria-label={text.filters}>
            <Select
              size="xs"
              w={150}
              aria-label={text.whose}
              placeholder={text.whose}
              clearable
              clearButtonProps={{ 'aria-label': text.clear }}
              data={teams}
              value={search.team ?? null}
              onChange={(team) => change({ team: team ?? undefined })}
            />
            <Select
              size="xs"
              w={150}
              aria-label={text.phase}
              placeholder={text.phase}
              clearable
              clearButtonProps={{ 'aria-label': text.clear }}
              data={PHASES.map((value) => ({ value, label: text.phases[value] }))}
              value={search.phase ?? null}
              onChange={(phase) => change({ phase: PHASES.find((it) => it === phase) })}
            />
            <SegmentedControl
              ml="auto"
              size="xs"
              aria-label={text.view}
              value={search.view ?? 'line'}
              data={[
                { value: 'line', label: text.timeLine },
                { value: 'list', label: text.list },
              ]}
              onChange={(view) => change({ view: view === 'list' ? 'list' : undefined })}
            />
          </Group>
        )}
        <ProblemNotice error={error} onRetry={() => void refetch()} />
        {data === undefined && error === null && <Loader aria-label={ui.loading} mx="auto" my="xl" />}
        {data?.length === 0 && <EmptyState title={text.none}>{plan ? text.noneNext : text.noneAsk}</EmptyState>}
        {all.length > 0 && shown.length === 0 && <EmptyState title={text.noMatch}>{text.noMatchNext}</EmptyState>}
        {shown.length > 0 && (search.view === 'list' ? <MilestoneList {...places} /> : <TimeLine {...places} />)}
      </Page>
      {open !== undefined && (
        <MilestonePanel key={open.id} milestone={open} onClose={() => change({ open: undefined })} />
      )}
      <PlanMilestone
        opened={planning}
        onClose={() => setPlanning(false)}
        onDone={(id) => {
          setPlanning(false)
          change({ open: id, team: undefined, phase: undefined })
        }}
      />
    </div>
  )
}
