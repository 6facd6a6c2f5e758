import { Alert, Modal, Stack } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import { PersonPicker } from '../../creating/People'
import { FormEnd, ProblemNotice } from '../../ui'
import { errorOf, unplaced } from '../fields'
import { FIELDS, PersonFields, TeamsPicker, type Typed } from './PersonFields'
import { useAddPerson, useManage } from './queries'
import { useText } from './text'

const NOBODY: Typed & { teams: string[]; manager: string } = {
  handle: '',
  name: '',
  email: '',
  roles: ['member'],
  teams: [],
  manager: '',
}

type InvitePersonProps = { opened: boolean; onClose: () => void; onDone: (handle: string) => void }

/** Adds somebody, who signs in under their handle from then on. What is typed stays when one looks at something else. */
export function InvitePerson({ opened, onClose, onDone }: InvitePersonProps) {
  const text = useText()
  const [typed, setTyped] = useState(NOBODY)
  // Once they are added, it is only their manager that is left to be said.
  const [added, setAdded] = useState<string | null>(null)
  const done = () => {
    setTyped(NOBODY)
    setAdded(null)
    onDone(typed.handle)
  }
  const manage = useManage(done)
  const add = useAddPerson(({ id }) => {
    if (typed.manager === '') {
      done()
    } else {
      setAdded(id)
      manage.mutate({ person: id, manager: typed.manager })
    }
  })
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    if (add.isPending || manage.isPending) return
    const { manager, ...person } = typed
    if (added === null) add.mutate(person)
    else if (manager === '') done()
    else manage.mutate({ person: added, manager })
  }
  const put = (changed: Partial<typeof NOBODY>) => setTyped({ ...typed, ...changed })
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="lg"
      title={text.invite}
      closeButtonProps={{ 'aria-label': text.close }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <PersonFields typed={typed} error={add.error} disabled={added !== null} onChange={put} />
          <TeamsPicker
            value={typed.teams}
            error={errorOf(add.error, 'teams')}
            disabled={added !== null}
            onChange={(teams) => put({ teams })}
          />
          <PersonPicker
            label={text.manager}
            error={errorOf(manage.error, 'manager')}
            value={typed.manager}
            onChange={(manager) => put({ manager })}
          />
          {manage.isError && <Alert color="orange">{text.addedWithoutManager}</Alert>}
          <ProblemNotice error={unplaced(add.error, [...FIELDS, 'teams'])} />
          <ProblemNotice error={unplaced(manage.error, ['manager'])} />
          <FormEnd
            submit={text.inviteThem}
            pending={add.isPending || manage.isPending}
            leave={text.notNow}
            onLeave={onClose}
          />
        </Stack>
      </form>
    </Modal>
  )
}
