import { Stack, TextInput } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import type { Schema } from '../../api'
import { PersonPicker } from '../../creating/People'
import { useDay } from '../../cycles'
import { FormEnd, ProblemNotice } from '../../ui'
import { errorOf, unplaced } from '../fields'
import { useManage } from './queries'
import { useText } from './text'

/** Another manager, or none, from a day on. */
export function ManagerForm({ person, onClose }: { person: Schema['Person']; onClose: () => void }) {
  const text = useText()
  const [manager, setManager] = useState(person.manager?.id ?? '')
  const [day, setDay] = useState(useDay())
  const manage = useManage(onClose)
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    manage.mutate({ person: person.id, manager: manager || null, holds_from: day || null })
  }
  return (
    <form onSubmit={submit} aria-label={text.changeManager} noValidate>
      <Stack gap="xs">
        <PersonPicker
          label={text.manager}
          hint={text.managerHint}
          error={errorOf(manage.error, 'manager')}
          value={manager}
          onChange={setManager}
        />
        <TextInput
          type="date"
          label={text.from}
          error={errorOf(manage.error, 'holds_from')}
          value={day}
          onChange={(event) => setDay(event.target.value)}
        />
        <ProblemNotice error={unplaced(manage.error, ['manager', 'holds_from'])} />
        <FormEnd submit={text.save} pending={manage.isPending} leave={text.notNow} onLeave={onClose} size="xs" />
      </Stack>
    </form>
  )
}
