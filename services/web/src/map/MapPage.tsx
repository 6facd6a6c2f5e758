import { Group, Loader, SegmentedControl, TextInput } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { Schema } from '../api'
import { CycleSelect, NoCycle, useChosenCycle } from '../cycles'
import { ObjectivePanel } from '../objective/ObjectivePanel'
import '../objectives/objectives.css'
import { useAligning } from '../objectives/aligning/useAligning'
import { columnsOf, nextSort, type Sort } from '../objectives/columns'
import { useTree } from '../objectives/queries'
import { TreeGrid } from '../objectives/TreeGrid'
import { useOpened } from '../objectives/useOpened'
import { SavedViews } from '../saved-views/SavedViews'
import { countStatuses, EmptyState, Page, ProblemNotice, StatusSpread, useUiText } from '../ui'
import { AlignmentMap, type MapHandle } from './AlignmentMap'
import { layOut } from './layout'
import './map.css'
import type { MapSearch } from './route'
import { useText } from './text'

/** How the objectives of a cycle hang together, as a map or as a table, and beside it the one that is open. */
export function MapPage() {
  const text = useText()
  const ui = useUiText()
  const search = useSearch({ from: '/shell/map' })
  const navigate = useNavigate({ from: '/map' })
  const { cycle, cycles, none } = useChosenCycle(search.cycle)
  const { data: objectives, error, refetch } = useTree(cycle?.id)
  const change = (changed: Partial<MapSearch>, replace = false) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace })
  const choose = (chosen: string) => change({ cycle: chosen, open: undefined })
  return (
    <div className={search.open === undefined ? 'beside' : 'beside beside-open'}>
      <Page
        title={text.title}
        actions={
          <>
            <CycleSelect cycle={cycle} cycles={cycles} onChange={choose} />
            <SavedViews />
          </>
        }
      >
        <ProblemNotice error={error} onRetry={() => void refetch()} />
        {none && <NoCycle />}
        {objectives === undefined && !none && error === null && <Loader aria-label={ui.loading} mx="auto" my="xl" />}
        {objectives?.length === 0 && <EmptyState title={text.empty}>{text.emptyNext}</EmptyState>}
        {objectives !== undefined && objectives.length > 0 && (
          <Alignment key={cycle?.id} objectives={objectives} search={search} onChange={change} />
        )}
      </Page>
      {search.open !== undefined && (
        <ObjectivePanel key={search.open} id={search.open} onClose={() => change({ open: undefined })} />
      )}
    </div>
  )
}

type AlignmentProps = {
  objectives: readonly Schema['TreeObjective'][]
  search: MapSearch
  onChange: (changed: Partial<MapSearch>, replace?: boolean) => void
}

function Alignment({ objectives, search, onChange }: AlignmentProps) {
  const text = useText()
  const map = useRef<MapHandle>(null)
  const shown = useRef(-1)
  const nodes = useMemo(() => layOut(objectives), [objectives])
  const words = search.text?.toLowerCase()
  const matches = useMemo(
    () => (it: Schema['TreeObjective']) => words === undefined || it.title.toLowerCase().includes(words),
    [words],
  )
  const found = useMemo(
    () => (words === undefined ? null : new Set(nodes.flatMap((it, place) => (matches(it.objective) ? [place] : [])))),
    [nodes, words, matches],
  )
  const showNext = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || found === null || found.size === 0) return
    const all = [...found]
    const next = all.find((it) => it > shown.current) ?? all[0] ?? 0
    shown.current = next
    map.current?.show(next)
  }
  const open = (id: string) => onChange({ open: id })
  const opened = useOpened(objectives)
  const aligner = useAligning(objectives)
  const [sort, setSort] = useState<Sort | null>(null)
  return (
    <>
      <Group gap="md">
        <TextInput
          size="xs"
          w={230}
          aria-label={text.search}
          placeholder={text.search}
          leftSection={<Search size={14} aria-hidden />}
          value={search.text ?? ''}
          onChange={(event) => onChange({ text: event.target.value || undefined }, true)}
          onKeyDown={showNext}
        />
        {found !== null && <span className="mute">{text.found(found.size)}</span>}
        <SegmentedControl
          size="xs"
          aria-label={text.view}
          value={search.view ?? 'map'}
          data={[
            { value: 'map', label: text.asMap },
            { value: 'table', label: text.asTable },
          ]}
          onChange={(view) => onChange({ view: view === 'table' ? 'table' : undefined })}
        />
      </Group>
      <StatusSpread counts={countStatuses(objectives)} />
      {search.view === 'table' ? (
        <TreeGrid
          objectives={aligner.objectives}
          opened={opened}
          aligner={aligner}
          difference={null}
          columns={columnsOf(undefined)}
          sort={sort}
          onSort={(by) => setSort(nextSort(sort, by))}
          {...(words === undefined ? {} : { filter: matches })}
          selected={search.open}
          onOpen={open}
        />
      ) : (
        <AlignmentMap ref={map} nodes={nodes} found={found} selected={search.open} onOpen={open} />
      )}
    </>
  )
}
