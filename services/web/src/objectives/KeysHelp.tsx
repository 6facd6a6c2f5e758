import { ActionIcon, Kbd, Popover } from '@mantine/core'
import { Keyboard } from 'lucide-react'
import { Fragment } from 'react'
import { useText } from './text'

const KEYS = {
  move: ['↑', '↓'],
  turn: ['←', '→'],
  enter: ['Enter'],
  edit: ['F2'],
  cut: ['Ctrl', 'X'],
  paste: ['Ctrl', 'V'],
  undo: ['Ctrl', 'Z'],
  leave: ['Esc'],
} as const

/** What the keys do in the tree. */
export function KeysHelp() {
  const text = useText()
  return (
    <Popover position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon variant="default" size={28} aria-label={text.keys.title} title={text.keys.title}>
          <Keyboard size={15} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={text.keys.title} tabIndex={-1} data-autofocus>
        <dl className="keys-help">
          {(Object.keys(KEYS) as (keyof typeof KEYS)[]).map((it) => (
            <Fragment key={it}>
              <dt>
                {KEYS[it].map((key) => (
                  <Kbd key={key} size="xs">
                    {key}
                  </Kbd>
                ))}
              </dt>
              <dd>{text.keys.does[it]}</dd>
            </Fragment>
          ))}
        </dl>
      </Popover.Dropdown>
    </Popover>
  )
}
