import { Button, Group, Modal, NativeSelect, NumberInput, Radio, Stack, Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Copy, LayoutTemplate } from 'lucide-react'
import { useState } from 'react'
import { body, client, useCommand, useGet } from '../api'
import { ProblemNotice } from '../ui'
import { amountOf, type Amount, type Parent } from './draft'
import { ParentPicker } from './ParentPicker'
import { useOpenCycles } from './queries'
import { useText } from './text'

/** What a new objective can begin with, instead of nothing. */
export function StartFrom() {
  const text = useText()
  const navigate = useNavigate()
  const [open, setOpen] = useState(false)
  return (
    <Group gap="xs" role="group" aria-label={text.startFrom}>
      <span className="mute hint">{text.startFrom}</span>
      <Button
        size="xs"
        variant="default"
        leftSection={<LayoutTemplate size={14} aria-hidden />}
        onClick={() => void navigate({ to: '/templates' })}
      >
        {text.template}
      </Button>
      <Button size="xs" variant="default" leftSection={<Copy size={14} aria-hidden />} onClick={() => setOpen(true)}>
        {text.another}
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={text.startTitle}
        closeButtonProps={{ 'aria-label': text.close }}
      >
        <FromAnother />
      </Modal>
    </Group>
  )
}

type Way = 'copy' | 'carry'
type Wish = { way: Way; source: string; cycle: string; targets: Record<string, number> }

/** A copy, or what is not done of another objective: drafted at once, with where it comes from, and then edited. */
function FromAnother() {
  const text = useText()
  const navigate = useNavigate()
  const cycles = useOpenCycles() ?? []
  const [source, setSource] = useState<Parent | null>(null)
  const [way, setWay] = useState<Way>('copy')
  const [chosen, setChosen] = useState('')
  const [targets, setTargets] = useState<Record<string, Amount>>({})
  const cycle = chosen === '' ? (cycles[0]?.id ?? '') : chosen
  const objective = useGet('/v1/objectives/{ref}', { path: { ref: source?.id ?? '' } }, { enabled: source !== null })
  const reached = (objective.data?.key_results ?? []).filter(
    (it) => way === 'carry' && it.measure === 'metric' && !it.cancelled && (it.progress_raw ?? 0) >= 1,
  )
  const start = useCommand(
    (said: Wish, header) => {
      const params = { path: { ref: said.source }, header }
      return said.way === 'copy'
        ? body(client.POST('/v1/objectives/{ref}/copy', { params, body: { cycle: said.cycle, reference: '' } }))
        : body(
            client.POST('/v1/objectives/{ref}/carry-over', {
              params,
              body: { cycle: said.cycle, reference: '', targets: said.targets },
            }),
          )
    },
    (done) => void navigate({ to: '/objectives/$reference/edit', params: { reference: done.id } }),
  )
  const wished = reached.flatMap((it) => {
    const amount = amountOf(targets[it.id] ?? '')
    return amount === undefined ? [] : [[it.id, amount] as const]
  })
  return (
    <Stack>
      <ParentPicker
        label={text.title}
        hint={text.sourceHint}
        value={source}
        onChange={setSource}
        keyResults={false}
        ended
        focused
      />
      <Radio.Group value={way} onChange={(value) => setWay(value)} aria-label={text.startTitle}>
        <Stack gap="xs">
          <Radio value="copy" label={text.copy} description={text.copyMeans} />
          <Radio value="carry" label={text.carryOver} description={text.carryOverMeans} />
        </Stack>
      </Radio.Group>
      <NativeSelect
        label={text.intoCycle}
        data={cycles.map((it) => ({ value: it.id, label: it.name }))}
        value={cycle}
        onChange={(event) => setChosen(event.currentTarget.value)}
      />
      {reached.length > 0 && <Text size="sm">{text.newTargets}</Text>}
      {reached.map((it) => (
        <NumberInput
          key={it.id}
          label={it.title}
          value={targets[it.id] ?? ''}
          onChange={(value) => setTargets({ ...targets, [it.id]: value })}
        />
      ))}
      <ProblemNotice error={start.error} />
      <Group>
        <Button
          disabled={source === null || cycle === ''}
          loading={start.isPending}
          onClick={() =>
            source !== null && start.mutate({ way, source: source.id, cycle, targets: Object.fromEntries(wished) })
          }
        >
          {way === 'copy' ? text.copy : text.carryOver}
        </Button>
      </Group>
    </Stack>
  )
}
