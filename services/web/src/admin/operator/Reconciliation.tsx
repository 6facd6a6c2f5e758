import { AlertTriangle, Check } from 'lucide-react'
import type { Schema } from '../../api'
import { useFormat } from '../../i18n'
import { useIsOperator } from '../../sign-in/roles'
import { Card, ProblemNotice } from '../../ui'
import { REBUILT, type Status, type useStatus } from './queries'
import { Rebuild } from './Rebuild'
import { useText } from './text'

type Found = Schema['Alarm'] & { service: Status['service'] }

/** What every service took in, held against the logs: what was found, and what makes it right. */
export function Reconciliation({ asked }: { asked: ReturnType<typeof useStatus> }) {
  const text = useText()
  const isOperator = useIsOperator()
  const { data, error } = asked
  const services = data?.services ?? []
  const found = services.flatMap((it) => (it.alarms ?? []).map((alarm) => ({ ...alarm, service: it.service })))
  const silent = services.filter((it) => it.alarms === null).map((it) => it.service)
  return (
    <Card title={text.reconciliation} wide>
      <p className="mute operator-about">{text.reconciliationIs}</p>
      <ProblemNotice error={error} />
      {data !== undefined && (
        <p role="status" className="operator-verdict">
          <Verdict found={found.length} silent={silent} />
        </p>
      )}
      {found.length > 0 && (
        <ul className="operator-found" aria-label={text.found}>
          {found.map((it) => (
            <Finding key={`${it.service} ${it.kind} ${it.log} ${it.partition}`} found={it} />
          ))}
        </ul>
      )}
      <Unknown services={services} />
      {isOperator ? <Rebuilds services={services} /> : found.length > 0 && <p className="mute">{text.askOperator}</p>}
    </Card>
  )
}

function Verdict({ found, silent }: { found: number; silent: readonly string[] }) {
  const text = useText()
  if (found === 0 && silent.length === 0)
    return (
      <>
        <Check size={14} aria-hidden /> {text.nothingFound}
      </>
    )
  return (
    <>
      <AlertTriangle size={14} aria-hidden /> {found > 0 && text.foundSome(found)}{' '}
      {silent.length > 0 && text.notTold(silent.join(', '))}
    </>
  )
}

function Finding({ found }: { found: Found }) {
  const text = useText()
  const format = useFormat()
  return (
    <li>
      <b>
        {found.service}: {text.kinds[found.kind]}
      </b>
      {found.since !== null && <span className="mute"> {text.since(format.instant(found.since))}</span>}
      <span className="operator-where" lang="en">
        {found.message}
      </span>
    </li>
  )
}

/** Types of events of a newer version: passed over, and folded by a rebuild once the service knows them. */
function Unknown({ services }: { services: readonly Status[] }) {
  const text = useText()
  const behind = services.filter((it) => (it.unknown_event_types ?? []).length > 0)
  return behind.map((it) => (
    <p key={it.service}>
      {text.unknownTypes(it.service)} {it.unknown_event_types?.join(', ')}
    </p>
  ))
}

/** Making anew what services keep from the logs: for the operator, since it is of all companies. */
function Rebuilds({ services }: { services: readonly Status[] }) {
  const text = useText()
  return (
    <section aria-label={text.rebuild}>
      <h3 className="operator-part">{text.rebuild}</h3>
      <p className="mute operator-about">{text.rebuildIs}</p>
      <ul className="lines">
        {REBUILT.map((it) => (
          <Rebuild
            key={it}
            service={it}
            needed={services.some(
              ({ service, alarms }) =>
                service === it && alarms?.some(({ kind }) => kind === 'stopped' || kind === 'differs'),
            )}
          />
        ))}
      </ul>
    </section>
  )
}
