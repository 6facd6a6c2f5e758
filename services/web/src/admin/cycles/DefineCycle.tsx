import { Modal, SegmentedControl, Select, Stack, TextInput } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import type { Schema } from '../../api'
import { useDay } from '../../cycles'
import { FormEnd, ProblemNotice } from '../../ui'
import { errorOf, unplaced } from '../fields'
import { useText as useAdminText } from '../text'
import { Around } from './Around'
import { DayFields } from './DayFields'
import { bodyOf, enclosingOf, proposals, SPANS, type Proposal, type Span, type Typed } from './proposals'
import { useDefineCycle } from './queries'
import { useText } from './text'
import { WhereItBelongs } from './WhereItBelongs'

type Cycle = Schema['Cycle']

const FIELDS = ['name', 'first_day', 'last_day', 'kind', 'enclosing_cycle', 'cadence', 'weekday']
const AS_TENANT = { cadence: '', weekday: '' }

type DefineCycleProps = { cycles: readonly Cycle[]; onClose: () => void; onDone: (made: string) => void }

/** A new cycle: the length that it has proposes its name and its days; all of it can be said otherwise. */
export function DefineCycle({ cycles, onClose, onDone }: DefineCycleProps) {
  const text = useText()
  const admin = useAdminText()
  const today = useDay()
  const names = cycles.map((it) => it.name)
  const nested = (it: Proposal) => enclosingOf(it, cycles)?.id ?? ''
  const [span, setSpan] = useState<Span>('quarter')
  const [typed, setTyped] = useState<Typed>(() => begin(proposals('quarter', today, names)[0], nested))
  const define = useDefineCycle(({ id }) => onDone(id))
  const put = (changed: Partial<Typed>) => setTyped({ ...typed, ...changed })
  const take = (proposal: Proposal | undefined) => proposal && put({ ...proposal, enclosing: nested(proposal) })
  const proposed = proposals(span, today, names)
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    define.mutate(bodyOf(typed))
  }
  return (
    <Modal opened onClose={onClose} title={text.define} size="lg" closeButtonProps={{ 'aria-label': admin.close }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <SegmentedControl
            fullWidth
            size="xs"
            aria-label={text.length}
            value={span}
            data={SPANS.map((value) => ({ value, label: text.spans[value] }))}
            onChange={(chosen) => {
              setSpan(chosen)
              take(proposals(chosen, today, names)[0])
            }}
          />
          {span !== 'custom' && (
            <Select
              label={text.which}
              allowDeselect={false}
              data={proposed.map((it) => it.name)}
              value={proposed.some((it) => it.name === typed.name) ? typed.name : null}
              onChange={(chosen) => take(proposed.find((it) => it.name === chosen))}
            />
          )}
          <TextInput
            label={text.name}
            description={text.nameIs}
            required
            maxLength={100}
            data-autofocus
            value={typed.name}
            error={errorOf(define.error, 'name')}
            onChange={(event) => put({ name: event.target.value })}
          />
          <DayFields typed={typed} error={define.error} onChange={put} />
          <Around days={typed} cycles={cycles} />
          <WhereItBelongs typed={typed} cycles={cycles} error={define.error} onChange={put} />
          <ProblemNotice error={unplaced(define.error, FIELDS)} />
          <FormEnd submit={text.defineIt} pending={define.isPending} leave={admin.notNow} onLeave={onClose} />
        </Stack>
      </form>
    </Modal>
  )
}

function begin(proposal: Proposal | undefined, nested: (it: Proposal) => string): Typed {
  const it = proposal ?? { name: '', kind: 'tactical', first_day: '', last_day: '' }
  return { ...it, ...AS_TENANT, enclosing: nested(it) }
}
