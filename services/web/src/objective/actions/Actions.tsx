import { Button, Menu } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import type { Schema } from '../../api'
import { useMayChange } from '../../time-travel'
import { useText } from '../text'
import { ActionDialog } from './ActionDialog'
import type { ActionName } from './useAction'

type Objective = Schema['Objective']

const EDITABLE = new Set<Objective['state']>(['draft', 'active'])

/** What an objective's state lets happen to it. Who may do it the gateway says. */
function possible({ state, approval }: Objective): ActionName[] {
  switch (state) {
    case 'draft':
      if (approval === 'submitted') return ['approve', 'sendBack', 'copy', 'cancel']
      return [
        'activate',
        ...(approval === 'approved' ? (['sendBack'] as const) : (['submit'] as const)),
        'copy',
        'cancel',
      ]
    case 'active':
      return ['close', 'carryOver', 'copy', 'cancel']
    case 'closed':
      return ['carryOver', 'copy', 'reopen']
    case 'cancelled':
      return ['copy', 'reopen']
  }
}

/** What may be done with an objective, each after a question. */
export function Actions({ objective }: { objective: Objective }) {
  const text = useText()
  const [asked, setAsked] = useState<ActionName | null>(null)
  const mayChange = useMayChange()
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
          {EDITABLE.has(objective.state) && (
            <Menu.Item
              renderRoot={(props) => (
                <Link to="/objectives/$reference/edit" params={{ reference: objective.ref }} {...props} />
              )}
            >
              {text.actions.edit}
            </Menu.Item>
          )}
          {possible(objective).map((it) => (
            <Menu.Item key={it} color={it === 'cancel' ? 'red' : undefined} onClick={() => setAsked(it)}>
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
