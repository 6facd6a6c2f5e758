import { ActionIcon, Button, Checkbox, Group, Popover, Stack, Switch } from '@mantine/core'
import { ChevronsDownUp, ChevronsUpDown, Columns3 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useCommands } from '../shell/commands'
import { COLUMNS, namesOf, type Column } from './columns'
import type { TreeSearch } from './filters'
import { KeysHelp } from './KeysHelp'
import { useText } from './text'
import type { Opened } from './useOpened'

type ToolbarProps = {
  count: string
  opened: Opened
  columns: readonly Column[]
  /** Whether every key result has a row of its own. */
  keyResults: boolean
  /** Where the page looks at the past: whether the differences to today are marked. */
  differences: boolean | null
  onChange: (changed: Partial<TreeSearch>) => void
  children?: ReactNode
}

/** How much the tree shows, and how. */
export function Toolbar({ count, opened, columns, keyResults, differences, onChange, children }: ToolbarProps) {
  const text = useText()
  useCommands([
    {
      label: keyResults ? text.hideKeyResults : text.showKeyResults,
      act: () => onChange({ key_results: !keyResults || undefined }),
    },
    { label: text.openAll, act: () => opened.setAll(true) },
    { label: text.closeAll, act: () => opened.setAll(false) },
  ])
  return (
    <Group gap="xs" className="tree-toolbar">
      <span className="mute" role="status">
        {count}
      </span>
      {children}
      <Group gap={6} ml="auto">
        {differences !== null && (
          <Switch
            size="xs"
            label={text.differences}
            checked={differences}
            onChange={(event) =>
              onChange({ differences: event.currentTarget.checked ? undefined : false, since: undefined })
            }
          />
        )}
        <Switch
          size="xs"
          label={text.columns.key_results}
          checked={keyResults}
          onChange={(event) => onChange({ key_results: event.currentTarget.checked || undefined })}
        />
        <ActionIcon
          variant="default"
          size={28}
          aria-label={text.openAll}
          title={text.openAll}
          onClick={() => opened.setAll(true)}
        >
          <ChevronsUpDown size={15} />
        </ActionIcon>
        <ActionIcon
          variant="default"
          size={28}
          aria-label={text.closeAll}
          title={text.closeAll}
          onClick={() => opened.setAll(false)}
        >
          <ChevronsDownUp size={15} />
        </ActionIcon>
        <Popover position="bottom-end" shadow="md" trapFocus returnFocus>
          <Popover.Target>
            <Button size="compact-sm" h={28} variant="default" leftSection={<Columns3 size={14} aria-hidden />}>
              {text.columnsShown}
            </Button>
          </Popover.Target>
          <Popover.Dropdown aria-label={text.columnsShown}>
            <Stack gap={8}>
              {(Object.keys(COLUMNS) as Column[]).map((it) => (
                <Checkbox
                  key={it}
                  size="xs"
                  label={text.columns[it]}
                  checked={columns.includes(it)}
                  onChange={(event) =>
                    onChange({
                      columns: namesOf(
                        event.currentTarget.checked ? [...columns, it] : columns.filter((other) => other !== it),
                      ),
                    })
                  }
                />
              ))}
            </Stack>
          </Popover.Dropdown>
        </Popover>
        <KeysHelp />
      </Group>
    </Group>
  )
}
