import { Loader } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { ObjectivePanel } from '../objective/ObjectivePanel'
import { useSession } from '../sign-in/session'
import { EmptyState, Page, ProblemNotice, useUiText } from '../ui'
import { Filters } from './Filters'
import { filterOf, type TreeSearch } from './filters'
import './objectives.css'
import { presentCycle, useCycles, useTree } from './queries'
import { useText } from './text'
import { TreeGrid } from './TreeGrid'

/** The tree of a cycle, and beside it the objective that is open. */
export function ObjectivesPage() {
  const text = useText()
  const ui = useUiText()
  const search = useSearch({ from: '/shell/objectives' })
  const navigate = useNavigate({ from: '/objectives' })
  const cycles = useCycles()
  const cycle = search.cycle ?? presentCycle(cycles.data?.items ?? [])?.id
  const tree = useTree(cycle)
  const { session } = useSession()
  const change = (changed: Partial<TreeSearch>, replace = false) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace })

  return (
    <div className={search.open === undefined ? 'objectives' : 'objectives objectives-split'}>
      <Page title={text.title}>
        <Filters
          search={search}
          cycle={cycle}
          cycles={cycles.data?.items ?? []}
          objectives={tree.data ?? []}
          onChange={change}
        />
        <ProblemNotice error={cycles.error ?? tree.error} onRetry={() => void tree.refetch()} />
        {cycles.data?.items.length === 0 ? (
          <EmptyState title={text.noCycle}>{text.noCycleNext}</EmptyState>
        ) : tree.data === undefined ? (
          tree.error === null && <Loader aria-label={ui.loading} mx="auto" my="xl" />
        ) : tree.data.length === 0 ? (
          <EmptyState title={text.empty}>{text.emptyNext}</EmptyState>
        ) : (
          <TreeGrid
            objectives={tree.data}
            filter={filterOf(search, session?.person?.id ?? null)}
            selected={search.open}
            onOpen={(open) => change({ open })}
          />
        )}
      </Page>
      {search.open !== undefined && (
        <ObjectivePanel key={search.open} id={search.open} onClose={() => change({ open: undefined })} />
      )}
    </div>
  )
}
