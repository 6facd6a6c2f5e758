import { Table } from '@mantine/core'
import { useFormat } from '../i18n'
import { Phase } from './Phase'
import type { Milestone } from './queries'
import { useText } from './text'

type MilestoneListProps = { milestones: readonly Milestone[]; open: string | undefined; onOpen: (id: string) => void }

/** The same as the time line, one below the other. */
export function MilestoneList({ milestones, open, onOpen }: MilestoneListProps) {
  const text = useText()
  const format = useFormat()
  return (
    <Table.ScrollContainer minWidth={560} className="milestone-list">
      <Table highlightOnHover verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{text.day}</Table.Th>
            <Table.Th>{text.milestone}</Table.Th>
            <Table.Th>{text.whose}</Table.Th>
            <Table.Th>{text.phase}</Table.Th>
            <Table.Th>{text.plannedFirst}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {milestones.map((it) => (
            <Table.Tr key={it.id} data-open={it.id === open || undefined}>
              <Table.Td>{it.day && format.day(it.day)}</Table.Td>
              <Table.Td>
                <button type="button" className="milestone-name" onClick={() => onOpen(it.id)}>
                  {it.title}
                </button>
              </Table.Td>
              <Table.Td>{it.team?.name ?? text.company}</Table.Td>
              <Table.Td>
                <Phase milestone={it} />
              </Table.Td>
              <Table.Td className="mute">
                {it.first_day !== it.day && it.first_day && format.day(it.first_day)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
