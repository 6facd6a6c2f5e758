import { Button, CloseButton, Group, Stack, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Schema } from '../../api'
import { useFormat } from '../../i18n'
import { useMayChange } from '../../time-travel'
import { PersonLink } from '../../ui'
import { useText as useAdminText } from '../text'
import { ReviseCycle } from './ReviseCycle'
import { Steps } from './Steps'
import { useText } from './text'

type CyclePanelProps = { cycle: Schema['Cycle']; cycles: readonly Schema['Cycle'][]; onClose: () => void }

/** One cycle: what it is, its next step, and its name and days to be changed. */
export function CyclePanel({ cycle, cycles, onClose }: CyclePanelProps) {
  const text = useText()
  const admin = useAdminText()
  const mayChange = useMayChange()
  const [changing, setChanging] = useState(false)
  return (
    <aside className="panel" aria-label={cycle.name}>
      <Group justify="space-between" wrap="nowrap" align="start" mb="xs">
        <Title order={2} size="h4">
          {cycle.name}
        </Title>
        <CloseButton aria-label={admin.close} onClick={onClose} />
      </Group>
      <Stack gap="md">
        {changing && mayChange ? (
          <ReviseCycle cycle={cycle} cycles={cycles} onClose={() => setChanging(false)} />
        ) : (
          <>
            <Facts cycle={cycle} />
            <Group gap="xs">
              {mayChange && cycle.state !== 'closed' && (
                <Button size="xs" variant="default" onClick={() => setChanging(true)}>
                  {text.change}
                </Button>
              )}
              <Link className="link" to="/objectives" search={{ cycle: cycle.id }}>
                {text.toObjectives}
              </Link>
              {cycle.closings > 0 && (
                <Link className="link" to="/cycles/$cycle" params={{ cycle: cycle.name }}>
                  {text.reportOf(cycle.name)}
                </Link>
              )}
            </Group>
            {mayChange && <Steps key={cycle.state} cycle={cycle} />}
          </>
        )}
      </Stack>
    </aside>
  )
}

function Facts({ cycle }: { cycle: Schema['Cycle'] }) {
  const text = useText()
  const format = useFormat()
  const { first_day: first, last_day: last } = cycle
  return (
    <dl className="cycle-facts">
      <dt>{text.kind}</dt>
      <dd>{text.kinds[cycle.kind]}</dd>
      <dt>{text.days}</dt>
      <dd>{first !== null && last !== null && text.fromTo(format.day(first), format.day(last))}</dd>
      <dt>{text.state}</dt>
      <dd>{text.states[cycle.state]}</dd>
      <dt>{text.enclosing}</dt>
      <dd>{cycle.enclosing_cycle?.name ?? text.nothing}</dd>
      <dt>{text.cadence}</dt>
      <dd>{cycle.cadence === null ? text.asTenant : text.cadences[cycle.cadence]}</dd>
      <dt>{text.weekday}</dt>
      <dd>{cycle.weekday === null ? text.asTenant : text.weekdays[cycle.weekday]}</dd>
      <dt>{text.definedBy}</dt>
      <dd>
        <PersonLink person={cycle.created_by} />
      </dd>
    </dl>
  )
}
