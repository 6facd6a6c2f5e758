import { ActionIcon, Group, Menu } from '@mantine/core'
import { ArrowDown, ArrowUp, Ellipsis, Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Schema } from '../api'
import { Card, countStatuses, ObjectiveLine, ProblemNotice, Progress, StatusSpread } from '../ui'
import { PillarForm } from './PillarForm'
import { useChangePillar, usePillarProgress, useRemovePillar } from './queries'
import { useText } from './text'

type PillarCardProps = {
  pillar: Schema['Pillar']
  /** The one right before it, and those behind it: where it can be moved to. */
  before: Schema['Pillar'] | undefined
  behind: readonly Schema['Pillar'][]
  version: number
  cycle: string | undefined
  mayEdit: boolean
}

/** A strategic pillar, with what it comes to in a cycle and the objectives that serve it. */
export function PillarCard({ pillar, before, behind, version, cycle, mayEdit }: PillarCardProps) {
  const text = useText()
  const [editing, setEditing] = useState(false)
  const { data, error, refetch } = usePillarProgress(pillar.id, cycle)
  const change = useChangePillar(pillar.id, () => setEditing(false))
  const remove = useRemovePillar(pillar.id)
  const acts = {
    edit: () => setEditing(true),
    up: before && (() => change.mutate({ before: before.id, version })),
    // Right before the one after the next; where there is none, behind all.
    down: behind.length > 0 ? () => change.mutate({ before: behind[1]?.id ?? null, version }) : undefined,
    remove: () => remove.mutate({ version }),
  }
  if (editing)
    return (
      <section className="card" aria-label={pillar.title}>
        <PillarForm
          pillar={pillar}
          error={change.error}
          pending={change.isPending}
          onSave={(said) => change.mutate({ ...said, version })}
          onCancel={() => setEditing(false)}
        />
      </section>
    )
  return (
    <Card title={pillar.title} aside={mayEdit && <PillarMenu title={pillar.title} {...acts} />}>
      <p className="pillar-about mute">{pillar.about}</p>
      <ProblemNotice error={error ?? change.error ?? remove.error} onRetry={() => void refetch()} />
      <Progress value={data?.progress ?? null} />
      {data !== undefined && (
        <>
          <div className="pillar-spread">
            <StatusSpread counts={countStatuses(data.objectives)} compact />
          </div>
          {data.objectives.length === 0 && <p className="mute">{text.noObjectives}</p>}
          {data.hidden && <p className="mute">{text.hidden}</p>}
          <ul className="lines">
            {data.objectives.map((it) => (
              <ObjectiveLine key={it.id} objective={it} cycle={cycle} />
            ))}
          </ul>
        </>
      )}
    </Card>
  )
}

type Acts = { edit: () => void; up: (() => void) | undefined; down: (() => void) | undefined; remove: () => void }

function PillarMenu({ title, edit, up, down, remove }: { title: string } & Acts) {
  const text = useText()
  const [asking, setAsking] = useState(false)
  return (
    <Group gap={4} wrap="nowrap">
      <Menu position="bottom-end" onClose={() => setAsking(false)} closeOnItemClick={false}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={text.menu(title)}>
            <Ellipsis size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Pencil size={14} aria-hidden />} onClick={edit}>
            {text.edit}
          </Menu.Item>
          <Menu.Item leftSection={<ArrowUp size={14} aria-hidden />} disabled={up === undefined} onClick={up}>
            {text.up}
          </Menu.Item>
          <Menu.Item leftSection={<ArrowDown size={14} aria-hidden />} disabled={down === undefined} onClick={down}>
            {text.down}
          </Menu.Item>
          <Menu.Item
            leftSection={<Trash2 size={14} aria-hidden />}
            className="danger"
            onClick={asking ? remove : () => setAsking(true)}
          >
            {asking ? text.removeReally : text.remove}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  )
}
