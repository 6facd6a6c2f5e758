import { Button, Group, Loader, Switch } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { SavedViews } from '../saved-views/SavedViews'
import { EmptyState, Page, ProblemNotice, useUiText } from '../ui'
import { DefineKpi } from './DefineKpi'
import { KpiCard } from './KpiCard'
import { KpiPanel } from './KpiPanel'
import './kpis.css'
import { useKpis, useMayDefine } from './queries'
import { worstFirst } from './range'
import type { KpiSearch } from './route'
import { useText } from './text'

/** The measures of health: each with its value, how it went, and whether it lies in its range. */
export function KpisPage() {
  const text = useText()
  const ui = useUiText()
  const search = useSearch({ from: '/shell/kpis' })
  const navigate = useNavigate({ from: '/kpis' })
  const { data, error, refetch } = useKpis()
  const mayDefine = useMayDefine()
  const [defining, setDefining] = useState(false)
  const change = (changed: KpiSearch) => void navigate({ search: (before) => ({ ...before, ...changed }) })
  const kpis = worstFirst(data?.items ?? [])
  const shown = kpis.filter((it) => search.out === undefined || it.in_range === false)
  const open = kpis.find((it) => it.ref === search.open || it.id === search.open)
  const actions = (
    <Group gap="md">
      <SavedViews />
      <Switch
        size="sm"
        label={text.onlyOut}
        checked={search.out === true}
        onChange={(event) => change({ out: event.currentTarget.checked || undefined })}
      />
      {mayDefine && (
        <Button
          size="xs"
          variant="default"
          leftSection={<Plus size={14} aria-hidden />}
          onClick={() => setDefining(true)}
        >
          {text.define}
        </Button>
      )}
    </Group>
  )
  return (
    <div className={open === undefined ? 'beside' : 'beside beside-open'}>
      <Page title={text.title} actions={actions}>
        <ProblemNotice error={error} onRetry={() => void refetch()} />
        {data === undefined && error === null && <Loader aria-label={ui.loading} mx="auto" my="xl" />}
        {data?.items.length === 0 && (
          <EmptyState title={text.none}>{mayDefine ? text.noneNext : text.noneAsk}</EmptyState>
        )}
        {kpis.length > 0 && shown.length === 0 && <EmptyState title={text.allIn}>{text.allInNext}</EmptyState>}
        <ul className="kpis">
          {shown.map((it) => (
            <KpiCard key={it.id} kpi={it} open={it.id === open?.id} onOpen={() => change({ open: it.ref })} />
          ))}
        </ul>
      </Page>
      {open !== undefined && <KpiPanel key={open.id} kpi={open} onClose={() => change({ open: undefined })} />}
      <DefineKpi
        opened={defining}
        onClose={() => setDefining(false)}
        onDone={(ref) => {
          setDefining(false)
          change({ open: ref, out: undefined })
        }}
      />
    </div>
  )
}
