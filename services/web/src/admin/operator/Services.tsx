import { Skeleton } from '@mantine/core'
import { AlertTriangle, Check } from 'lucide-react'
import { useFormat } from '../../i18n'
import { Card, ProblemNotice } from '../../ui'
import type { Status, useStatus } from './queries'
import { useText } from './text'

/** Every service: whether it is well, how far its log is, and what it has not taken in yet. */
export function Services({ asked }: { asked: ReturnType<typeof useStatus> }) {
  const text = useText()
  const { data, error, refetch } = asked
  const services = data?.services ?? []
  return (
    <Card title={text.services} aside={data && <Well well={data.healthy} />} wide>
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {data === undefined && error === null && <Skeleton h={200} />}
      {services.length > 0 && (
        <div className="operator-scrolls">
          <table className="data operator-services">
            <caption className="visually-hidden">{text.services}</caption>
            <thead>
              <tr>
                <th scope="col">{text.service}</th>
                <th scope="col">{text.state}</th>
                <th scope="col">{text.head}</th>
                <th scope="col">{text.relayed}</th>
                <th scope="col">{text.lag}</th>
                <th scope="col">{text.letters}</th>
              </tr>
            </thead>
            <tbody>
              {services.map((it) => (
                <Row key={it.service} status={it} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  )
}

function Row({ status }: { status: Status }) {
  const format = useFormat()
  const number = (value: number | null) => (value === null ? '–' : format.number(value))
  return (
    <tr>
      <th scope="row">{status.service}</th>
      <td>
        <Well well={status.healthy} /> {status.problem}
      </td>
      <td>{number(status.head)}</td>
      <td>{number(status.relayed)}</td>
      <td>{number(status.lag)}</td>
      <td>{number(status.dead_letters)}</td>
    </tr>
  )
}

function Well({ well }: { well: boolean }) {
  const text = useText()
  const Sign = well ? Check : AlertTriangle
  return (
    <span className={`status ${well ? 'status-on_track' : 'status-at_risk'}`}>
      <Sign size={14} aria-hidden />
      {well ? text.well : text.unwell}
    </span>
  )
}
