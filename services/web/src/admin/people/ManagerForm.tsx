import { useState } from 'react'
import type { Schema } from '../../api'
import { PersonPicker } from '../../creating/People'
import { DatedForm } from '../DatedForm'
import { errorOf } from '../fields'
import { useManage } from './queries'
import { useText } from './text'

/** Another manager, or none, from a day on. */
export function ManagerForm({ person, onClose }: { person: Schema['Person']; onClose: () => void }) {
  const text = useText()
  const [manager, setManager] = useState(person.manager?.id ?? '')
  const manage = useManage(onClose)
  return (
    <DatedForm
      label={text.changeManager}
      dayLabel={text.from}
      submit={text.save}
      leave={text.notNow}
      command={manage}
      fields={['manager']}
      onSubmit={(day) => manage.mutate({ person: person.id, manager: manager || null, holds_from: day })}
      onLeave={onClose}
    >
      <PersonPicker
        label={text.manager}
        hint={text.managerHint}
        error={errorOf(manage.error, 'manager')}
        value={manager}
        onChange={setManager}
      />
    </DatedForm>
  )
}
