import { ActionIcon, Menu } from '@mantine/core'
import { Ellipsis } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { Schema } from '../api'
import { useCommands } from '../shell/commands'
import { MoveKeyResult } from './actions/MoveKeyResult'
import { useText } from './text'

type KeyResultMenuProps = {
  keyResult: Schema['KeyResult']
  /** Begins a check-in; null: it takes none here. */
  onCheckIn: (() => void) | null
}

/** What may be done with a key result beside checking in on it; Ctrl-K has all of it. */
export function KeyResultMenu({ keyResult, onCheckIn }: KeyResultMenuProps) {
  const text = useText()
  const [moving, setMoving] = useState(false)
  const commands = useMemo(
    () =>
      [
        ...(onCheckIn === null ? [] : [{ label: text.checkIn, act: onCheckIn }]),
        { label: text.moveKeyResult.name, act: () => setMoving(true) },
      ].map(({ label, act }) => ({ label: `${label}: ${keyResult.title}`, act })),
    [onCheckIn, text, keyResult.title],
  )
  useCommands(commands)
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={26} aria-label={text.actsOn(keyResult.title)}>
            <Ellipsis size={15} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setMoving(true)}>{text.moveKeyResult.name}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {moving && <MoveKeyResult keyResult={keyResult} onClose={() => setMoving(false)} />}
    </>
  )
}
