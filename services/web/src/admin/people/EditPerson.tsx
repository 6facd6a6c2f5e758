import { Stack } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import type { Schema } from '../../api'
import { FormEnd, ProblemNotice } from '../../ui'
import { unplaced } from '../fields'
import { FIELDS, PersonFields, type Typed } from './PersonFields'
import { useChangePerson } from './queries'
import { useText } from './text'

type EditPersonProps = { person: Schema['Person']; onClose: () => void; onDone: (handle: string) => void }

/** Changes what somebody is called and what they may do. */
export function EditPerson({ person, onClose, onDone }: EditPersonProps) {
  const text = useText()
  // What was seen is what is changed: what somebody else changes meanwhile is not overwritten unseen.
  const [seen] = useState(person)
  const [typed, setTyped] = useState<Typed>({
    handle: seen.handle ?? '',
    name: seen.name ?? '',
    email: seen.email ?? '',
    roles: seen.roles,
  })
  const change = useChangePerson(seen, () => onDone(typed.handle))
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    const said = changedOf(seen, typed)
    if (Object.keys(said).length === 0) onClose()
    else change.mutate(said)
  }
  return (
    <form onSubmit={submit} aria-label={text.edit} noValidate>
      <Stack gap="sm">
        <PersonFields
          typed={typed}
          error={change.error}
          onChange={(changed) => setTyped((before) => ({ ...before, ...changed }))}
        />
        <ProblemNotice error={unplaced(change.error, FIELDS)} />
        <FormEnd submit={text.save} pending={change.isPending} leave={text.notNow} onLeave={onClose} />
      </Stack>
    </form>
  )
}

/** What is otherwise than it was: a name that nobody touched is not said anew. */
export function changedOf(seen: Schema['Person'], typed: Typed): Schema['PersonChange'] {
  return {
    ...(typed.handle !== (seen.handle ?? '') && { handle: typed.handle }),
    ...(typed.name !== (seen.name ?? '') && { name: typed.name || null }),
    ...(typed.email !== (seen.email ?? '') && { email: typed.email || null }),
    ...(typed.roles.join() !== seen.roles.join() && { roles: typed.roles }),
  }
}
