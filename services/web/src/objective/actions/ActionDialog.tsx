import { Alert, Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState, type SyntheticEvent } from 'react'
import { askAgain, Problem, type Schema } from '../../api'
import { ProblemNotice } from '../../ui'
import { useText } from '../text'
import { useAction, type ActionName, type Said } from './useAction'
import { WhatIsMade } from './WhatIsMade'
import { WhereTo } from './WhereTo'

const MAKES_ONE = new Set<ActionName>(['copy', 'carryOver'])
const WANTS_A_REASON = new Set<ActionName>(['sendBack', 'reopen'])
const SAYS_NOTHING = new Set<ActionName>(['activate', 'approve'])

/** Asks before something is done to an objective; where it fails it says why, and what was typed stays. */
export function ActionDialog(props: { action: ActionName; objective: Schema['Objective']; onClose: () => void }) {
  const { action, objective, onClose } = props
  const text = useText()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [said, setSaid] = useState<Said>({
    words: '',
    cycle: action === 'copy' ? objective.cycle.id : null,
    title: objective.title,
    targets: {},
    fitDays: false,
  })
  const act = useAction(objective, action, (made) => {
    onClose()
    if (MAKES_ONE.has(action)) void navigate({ to: '/objectives/$reference', params: { reference: made } })
  })
  const words = text.actions[action]
  const stale = act.error instanceof Problem && act.error.status === 412
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    act.mutate(said)
  }
  return (
    <Modal opened onClose={onClose} title={words.ask} closeButtonProps={{ 'aria-label': text.actions.cancelDialog }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm">{words.about}</Text>
          {action === 'move' ? (
            <WhereTo objective={objective} said={said} error={act.error} onChange={setSaid} />
          ) : MAKES_ONE.has(action) ? (
            <WhatIsMade objective={objective} carried={action === 'carryOver'} said={said} onChange={setSaid} />
          ) : (
            !SAYS_NOTHING.has(action) && (
              <Textarea
                label={action === 'close' ? text.actions.outcome : text.actions.reason}
                required={WANTS_A_REASON.has(action)}
                data-autofocus
                autosize
                minRows={2}
                maxLength={4000}
                value={said.words}
                onChange={(event) => setSaid({ ...said, words: event.target.value })}
              />
            )
          )}
          {stale ? (
            <Alert role="alert" color="orange" variant="outline">
              <Text size="sm">{text.stale409}</Text>
              <Button mt="xs" size="xs" variant="default" onClick={() => void askAgain(queries)}>
                {text.look}
              </Button>
            </Alert>
          ) : (
            <ProblemNotice error={act.error} />
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {text.actions.cancelDialog}
            </Button>
            <Button type="submit" color={action === 'cancel' ? 'red' : undefined} loading={act.isPending}>
              {words.name}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
