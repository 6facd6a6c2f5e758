import { Button, Menu } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import type { Schema } from '../../api'
import { useCommands } from '../../shell/commands'
import { useMayChange } from '../../time-travel'
import { useText } from '../text'
import { ActionDialog } from './ActionDialog'
import type { ActionName } from './useAction'
import { useApproval, type Approving } from './useApproval'

type Objective = Schema['Objective']

const EDITABLE = new Set<Objective['state']>(['draft', 'active'])

const NONE: readonly never[] = []

/** What an objective's state lets happen to it; of a draft also by whether it is to be approved, and by whom. Who else may do it the gateway says. */
function possible({ state, approval }: Objective, { wanted, mayActivate, mayApprove }: Approving): ActionName[] {
  switch (state) {
    case 'draft': {
      const submitted = approval === 'submitted'
      const all: [ActionName, boolean][] = [
        ['approve', submitted && mayApprove],
        ['activate', mayActivate],
        ['submit', wanted && !submitted && approval !== 'approved'],
        ['sendBack', (submitted || approval === 'approved') && mayApprove],
      ]
      return [...all.flatMap(([action, may]) => (may ? [action] : [])), 'move', 'copy', 'cancel']
    }
    case 'active':
      return ['close', 'carryOver', 'move', 'copy', 'cancel']
    case 'closed':
      return ['carryOver', 'copy', 'reopen']
    case 'cancelled':
      return ['copy', 'reopen']
  }
}

/** What may be done with an objective, each after a question. */
export function Actions({ objective }: { objective: Objective }) {
  const text = useText()
  const navigate = useNavigate()
  const [asked, setAsked] = useState<ActionName | null>(null)
  const mayChange = useMayChange()
  const acts = possible(objective, useApproval(objective))
  const editable = EDITABLE.has(objective.state)
  const edit = () => void navigate({ to: '/objectives/$reference/edit', params: { reference: objective.ref } })
  const commands = [
    ...(editable ? [{ label: text.actions.edit, act: edit }] : []),
    ...acts.map((it) => ({ label: text.actions[it].name, act: () => setAsked(it) })),
  ].map(({ label, act }) => ({ label: `${label}: ${objective.title}`, act }))
  useCommands(mayChange ? commands : NONE)
  if (!mayChange) return null
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="xs" variant="default" rightSection={<Ellipsis size={14} aria-hidden />}>
            {text.actions.menu}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {editable && (
            <Menu.Item
              renderRoot={(props) => (
                <Link to="/objectives/$reference/edit" params={{ reference: objective.ref }} {...props} />
              )}
            >
              {text.actions.edit}
            </Menu.Item>
          )}
          {acts.map((it) => (
            <Menu.Item key={it} className={it === 'cancel' ? 'danger' : undefined} onClick={() => setAsked(it)}>
              {text.actions[it].name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {asked !== null && (
        <ActionDialog key={asked} action={asked} objective={objective} onClose={() => setAsked(null)} />
      )}
    </>
  )
}
