import { Button, Loader } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useCycles } from '../../objectives/queries'
import { useIsOneOf } from '../../sign-in/roles'
import { useMayChange } from '../../time-travel'
import { EmptyState, Page, ProblemNotice, useUiText } from '../../ui'
import { NotForYou } from '../NotForYou'
import { CyclePanel } from './CyclePanel'
import './cycles.css'
import { CycleTable } from './CycleTable'
import { DefineCycle } from './DefineCycle'
import type { CyclesSearch } from './route'
import { useText } from './text'

/** The spans of time that objectives are set for: defined, changed, and taken from planning to their closing. */
export function CyclesPage() {
  const text = useText()
  const mayKeep = useIsOneOf('admin', 'champion')
  if (!mayKeep)
    return (
      <Page title={text.title}>
        <NotForYou forWhom="keepers" />
      </Page>
    )
  return <Cycles />
}

function Cycles() {
  const text = useText()
  const ui = useUiText()
  const search = useSearch({ from: '/shell/admin/cycles' })
  const navigate = useNavigate({ from: '/admin/cycles' })
  const mayChange = useMayChange()
  const { data, error, refetch } = useCycles()
  const change = (changed: CyclesSearch) => void navigate({ search: (before) => ({ ...before, ...changed }) })
  const cycles = data?.items ?? []
  const open = cycles.find((it) => it.id === search.open)
  const define = mayChange && (
    <Button size="xs" leftSection={<Plus size={14} aria-hidden />} onClick={() => change({ define: true })}>
      {text.define}
    </Button>
  )
  return (
    <div className={open === undefined ? 'beside' : 'beside beside-open'}>
      <Page title={text.title} actions={cycles.length > 0 && define}>
        <ProblemNotice error={error} onRetry={() => void refetch()} />
        {data === undefined && error === null && <Loader aria-label={ui.loading} mx="auto" my="xl" />}
        {data?.items.length === 0 && (
          <EmptyState title={text.none}>
            <p>{text.noneNext}</p>
            {define}
          </EmptyState>
        )}
        {cycles.length > 0 && (
          <CycleTable cycles={cycles} open={open?.id} onOpen={(cycle) => change({ open: cycle.id })} />
        )}
      </Page>
      {open !== undefined && (
        <CyclePanel key={open.id} cycle={open} cycles={cycles} onClose={() => change({ open: undefined })} />
      )}
      {data !== undefined && mayChange && search.define && (
        <DefineCycle
          cycles={cycles}
          onClose={() => change({ define: undefined })}
          onDone={(made) => change({ define: undefined, open: made })}
        />
      )}
    </div>
  )
}
