import { Alert, Button, Table, Text } from '@mantine/core'
import { Users } from 'lucide-react'
import { useGet } from '../api'
import type { useKept } from './kept'
import { useEverybody } from './queries'
import { takeTheirs, type Conflict } from './rebase'
import { useText } from './text'
import type { Text as Words } from './text/en'

/** Somebody has changed meanwhile what is edited here: both versions where they differ, and the choice between them. */
export function Conflicts({ kept }: { kept: ReturnType<typeof useKept> }) {
  const text = useText()
  const shown = useShown()
  const { conflicts } = kept.editing
  if (conflicts === undefined) return null
  const take = (conflict: Conflict) =>
    kept.setEditing((before) => ({
      ...before,
      draft: takeTheirs(before.draft, conflict),
      conflicts: conflicts.filter((it) => it !== conflict),
    }))
  return (
    <Alert variant="outline" color="orange" icon={<Users size={16} aria-hidden />} role="alert" title={text.stale}>
      <Text size="sm">{text.staleKept}</Text>
      {conflicts.length > 0 && (
        <>
          <Text size="sm">{text.stalePick}</Text>
          <Table mt="xs" layout="fixed">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{text.keyResultTitle}</Table.Th>
                <Table.Th>{text.yours}</Table.Th>
                <Table.Th>{text.theirs}</Table.Th>
                <Table.Td />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {conflicts.map((it) => (
                <Table.Tr key={`${it.keyResult} ${it.field}`}>
                  <Table.Td>
                    {it.keyResult !== null && `${it.title}: `}
                    {nameOf(it.field, text)}
                  </Table.Td>
                  <Table.Td>{shown(it.mine)}</Table.Td>
                  <Table.Td>{shown(it.theirs)}</Table.Td>
                  <Table.Td>
                    <Button size="compact-sm" variant="default" onClick={() => take(it)}>
                      {text.takeTheirs(nameOf(it.field, text))}
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </>
      )}
    </Alert>
  )
}

function nameOf(field: string, text: Words): string {
  const name = (text as unknown as Record<string, unknown>)[field]
  return typeof name === 'string' ? name : field
}

/** What a field says, with names instead of ids. */
function useShown() {
  const people = useEverybody()
  const teams = useGet('/v1/teams', { query: { limit: 1000 } })
  const pillars = useGet('/v1/pillars', {})
  const names = new Map<string, string>([
    ...(people.data ?? []).map((it) => [it.id, it.name ?? it.handle ?? '?'] as const),
    ...(teams.data?.items ?? []).map((it) => [it.id, it.name] as const),
    ...(pillars.data?.items ?? []).map((it) => [it.id, it.title] as const),
  ])
  const shown = (value: unknown): string => {
    if (value === null || value === '' || value === undefined) return '–'
    if (Array.isArray(value)) return value.map(shown).join(', ') || '–'
    if (typeof value === 'object') return Object.values(value).filter(Boolean).map(shown).join(' · ')
    const said = typeof value === 'string' ? value : JSON.stringify(value)
    return names.get(said) ?? said
  }
  return shown
}
