import { Alert, Button, Stack, Text, TextInput } from '@mantine/core'
import { CircleAlert } from 'lucide-react'
import { useState, type SyntheticEvent } from 'react'
import { Problem, type Schema } from '../../api'
import { FormEnd, ProblemNotice } from '../../ui'
import { errorOf, unplaced } from '../fields'
import { useText as useAdminText } from '../text'
import { Around } from './Around'
import { DayFields } from './DayFields'
import { bodyOf, isShortened } from './proposals'
import { useReviseCycle } from './queries'
import { useText } from './text'
import { WhereItBelongs } from './WhereItBelongs'

const FIELDS = ['name', 'first_day', 'last_day', 'kind', 'enclosing_cycle', 'cadence', 'weekday']

type ReviseCycleProps = { cycle: Schema['Cycle']; cycles: readonly Schema['Cycle'][]; onClose: () => void }

/** Another name, other days, or what else it is. Where objectives would come to lie outside they are named, and one chooses what becomes of them. */
export function ReviseCycle({ cycle, cycles, onClose }: ReviseCycleProps) {
  const text = useText()
  const admin = useAdminText()
  // What was seen is what is changed: what somebody else changes meanwhile is not overwritten unseen.
  const [seen] = useState(cycle)
  const [typed, setTyped] = useState({
    name: cycle.name,
    first_day: cycle.first_day ?? '',
    last_day: cycle.last_day ?? '',
    kind: cycle.kind,
    enclosing: cycle.enclosing_cycle?.id ?? '',
    cadence: cycle.cadence ?? '',
    weekday: cycle.weekday ?? '',
  })
  const revise = useReviseCycle(seen, onClose)
  const put = (changed: Partial<typeof typed>) => setTyped({ ...typed, ...changed })
  const send = (objectives: 'refuse' | 'move') => revise.mutate({ ...bodyOf(typed), objectives })
  const outside = revise.error instanceof Problem && revise.error.reason === 'OBJECTIVES_OUTSIDE' ? revise.error : null
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    send('refuse')
  }
  return (
    <form onSubmit={submit} aria-label={text.change}>
      <Stack gap="sm">
        {/* One asked for the form: what is typed belongs into it. */}
        <TextInput
          label={text.name}
          description={text.oldNames}
          required
          maxLength={100}
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          value={typed.name}
          error={errorOf(revise.error, 'name')}
          onChange={(event) => put({ name: event.target.value })}
        />
        <DayFields typed={typed} error={revise.error} onChange={put} />
        <Around days={typed} cycles={cycles.filter((it) => it.id !== cycle.id)} />
        <WhereItBelongs
          typed={typed}
          cycles={cycles.filter((it) => it.id !== cycle.id)}
          error={revise.error}
          onChange={put}
        />
        {typed.cadence !== (seen.cadence ?? '') && (
          <Text size="xs" className="mute">
            {text.cadenceAnew}
          </Text>
        )}
        {isShortened(seen, typed) && outside === null && (
          <Text size="xs" className="mute">
            {text.shortens}
          </Text>
        )}
        {outside === null ? (
          <ProblemNotice error={unplaced(revise.error, FIELDS)} />
        ) : (
          <Alert role="alert" color="orange" variant="outline" icon={<CircleAlert size={18} aria-hidden />}>
            <Text size="sm" fw={600}>
              {text.outside}
            </Text>
            <Text size="xs" className="mute" lang="en">
              {outside.message}
            </Text>
            <Button mt="xs" size="xs" variant="default" loading={revise.isPending} onClick={() => send('move')}>
              {text.cutThem}
            </Button>
          </Alert>
        )}
        <FormEnd submit={text.save} pending={revise.isPending} leave={admin.notNow} onLeave={onClose} />
      </Stack>
    </form>
  )
}
