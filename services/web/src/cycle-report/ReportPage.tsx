import { Button, Group, Loader, Select } from '@mantine/core'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Download, Printer } from 'lucide-react'
import { useGet, type Schema } from '../api'
import { ClosingActions } from '../cycle-closing'
import { EmptyState, Page, ProblemNotice, save, useUiText } from '../ui'
import { csvOf } from './csv'
import { ReportedObjective } from './ReportedObjective'
import { useFormat } from '../i18n'
import './report.css'
import { useText } from './text'

/** What came of a cycle, as it was known at its closing: to be read, printed and taken along. */
export function ReportPage() {
  const text = useText()
  const ui = useUiText()
  const { cycle: named } = useParams({ from: '/shell/cycles/$cycle' })
  const { version } = useSearch({ from: '/shell/cycles/$cycle' })
  const cycle = useGet('/v1/cycles/{cycle}', { path: { cycle: named } })
  const closings = cycle.data?.closings ?? 0
  const wanted = version ?? closings
  const report = useGet(
    '/v1/cycles/{cycle}/report',
    { path: { cycle: named }, query: { version: wanted } },
    { enabled: closings > 0 },
  )
  const error = cycle.error ?? report.error
  const loading = cycle.data === undefined || (closings > 0 && report.data === undefined)
  return (
    <Page
      title={text.title(cycle.data?.name ?? named)}
      actions={cycle.data && <Actions cycle={cycle.data} report={report.data} />}
    >
      <ProblemNotice
        error={error}
        onRetry={() => {
          void cycle.refetch()
          void report.refetch()
        }}
      />
      {loading && error === null && <Loader aria-label={ui.loading} mx="auto" my="xl" />}
      {cycle.data !== undefined && closings === 0 && (
        <EmptyState title={text.notYet}>
          {text.notYetNext(text.states[cycle.data.state])}{' '}
          <Link className="link" to="/objectives" search={{ cycle: cycle.data.id }}>
            {text.toObjectives}
          </Link>
        </EmptyState>
      )}
      {report.data !== undefined && (
        <Report report={report.data} closings={closings} reopened={cycle.data?.state !== 'closed'} />
      )}
    </Page>
  )
}

function Actions({ cycle, report }: { cycle: Schema['Cycle']; report: Schema['Report'] | undefined }) {
  return (
    <Group gap="xs" className="report-actions">
      <ClosingActions cycle={cycle} />
      {report && <TakeAlong report={report} closings={cycle.closings} />}
    </Group>
  )
}

/** Which report it is, and how one keeps it. */
function TakeAlong({ report, closings }: { report: Schema['Report']; closings: number }) {
  const text = useText()
  const navigate = useNavigate({ from: '/cycles/$cycle' })
  const name = `${report.cycle.name ?? report.cycle.id}-${report.version}`
  return (
    <>
      {closings > 1 && (
        <Select
          size="xs"
          w={150}
          aria-label={text.version}
          allowDeselect={false}
          value={String(report.version)}
          data={Array.from({ length: closings }, (_, place) => ({
            value: String(place + 1),
            label: text.versionOf(place + 1),
          }))}
          onChange={(chosen) => void navigate({ search: (before) => ({ ...before, version: Number(chosen) }) })}
        />
      )}
      <Button
        size="xs"
        variant="default"
        leftSection={<Printer size={14} aria-hidden />}
        onClick={() => window.print()}
      >
        {text.print}
      </Button>
      <Save name={`${name}.csv`} type="text/csv" of={() => csvOf(report)} />
      <Save name={`${name}.json`} type="application/json" of={() => JSON.stringify(report, null, 2)} />
    </>
  )
}

/** Lets the reader keep a file of what is shown; it is made when it is asked for. */
function Save({ name, type, of }: { name: string; type: string; of: () => string }) {
  const text = useText()
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<Download size={14} aria-hidden />}
      onClick={() => save(name, `${type};charset=utf-8`, of())}
    >
      {text.save(name.endsWith('csv') ? 'CSV' : 'JSON')}
    </Button>
  )
}

type ReportProps = { report: Schema['Report']; closings: number; reopened: boolean }

function Report({ report, closings, reopened }: ReportProps) {
  const text = useText()
  const format = useFormat()
  const by = report.closed_by && (report.closed_by.name ?? report.closed_by.handle)
  return (
    <div className="report">
      <p className="mute">
        {[
          text.span(format.day(report.first_day), format.day(report.last_day)),
          by ? text.closedBy(format.day(report.closed_on), by) : text.closed(format.day(report.closed_on)),
          text.of(report.version, closings),
        ].join(' · ')}
      </p>
      {reopened && <p>{text.reopened}</p>}
      {report.objectives.length === 0 && <p className="mute">{text.nothing}</p>}
      {report.objectives.map((it) => (
        <ReportedObjective key={it.id} objective={it} />
      ))}
    </div>
  )
}
