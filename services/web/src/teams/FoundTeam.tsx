import { Button, Modal, Stack } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState, type SyntheticEvent } from 'react'
import { unplaced } from '../admin/fields'
import { useDay } from '../cycles'
import { FormEnd, ProblemNotice } from '../ui'
import { FIELDS, useFoundTeam, type Typed } from './acts'
import { TeamFields } from './TeamFields'
import { useText } from './text'

/** Founds a team, at the top or below another one. What is typed stays when one looks at something else. */
export function FoundTeam() {
  const text = useText()
  const navigate = useNavigate()
  const nothing: Typed = { name: '', parent: '', lead: '', holds_from: useDay() }
  const [opened, setOpened] = useState(false)
  const [typed, setTyped] = useState(nothing)
  const found = useFoundTeam(({ id }) => {
    setOpened(false)
    setTyped(nothing)
    void navigate({ to: '/teams/$team', params: { team: id } })
  })
  const close = () => setOpened(false)
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    found.mutate(typed)
  }
  return (
    <>
      <Button size="xs" leftSection={<Plus size={14} aria-hidden />} onClick={() => setOpened(true)}>
        {text.found}
      </Button>
      <Modal opened={opened} onClose={close} title={text.found} closeButtonProps={{ 'aria-label': text.close }}>
        <form onSubmit={submit} noValidate>
          <Stack gap="xs">
            <TeamFields
              typed={typed}
              error={found.error}
              onChange={(changed) => setTyped((before) => ({ ...before, ...changed }))}
            />
            <ProblemNotice error={unplaced(found.error, FIELDS)} />
            <FormEnd submit={text.foundIt} pending={found.isPending} leave={text.notNow} onLeave={close} />
          </Stack>
        </form>
      </Modal>
    </>
  )
}
