import { Button, Group, Modal, NumberInput, Stack, Text, TextInput } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import { ProblemNotice } from '../ui'
import { useDefineKpi } from './queries'
import { useText } from './text'

type Typed = { reference: string; title: string; unit: string; low: string | number; high: string | number }

const NOTHING: Typed = { reference: '', title: '', unit: '', low: '', high: '' }

/** A new KPI: what it is called, in which unit, and in which range all is well. */
export function DefineKpi(props: { opened: boolean; onClose: () => void; onDone: (ref: string) => void }) {
  const { opened, onClose, onDone } = props
  const text = useText()
  const [typed, setTyped] = useState(NOTHING)
  const define = useDefineKpi(() => {
    setTyped(NOTHING)
    onDone(typed.reference)
  })
  const put = (changed: Partial<Typed>) => setTyped({ ...typed, ...changed })
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    const { reference, title, unit } = typed
    define.mutate({ reference, title, unit, low: bound(typed.low), high: bound(typed.high) })
  }
  return (
    <Modal opened={opened} onClose={onClose} title={text.define} closeButtonProps={{ 'aria-label': text.close }}>
      <form onSubmit={submit}>
        <Stack gap="xs">
          <TextInput
            label={text.name}
            description={text.nameIs}
            required
            data-autofocus
            value={typed.title}
            onChange={(event) => put({ title: event.target.value })}
          />
          <Group grow>
            <TextInput
              label={text.reference}
              required
              value={typed.reference}
              onChange={(event) => put({ reference: event.target.value })}
            />
            <TextInput label={text.unit} value={typed.unit} onChange={(event) => put({ unit: event.target.value })} />
          </Group>
          <Group grow>
            <NumberInput label={text.low} value={typed.low} onChange={(low) => put({ low })} />
            <NumberInput label={text.high} value={typed.high} onChange={(high) => put({ high })} />
          </Group>
          <Text size="xs" className="mute">
            {text.boundsAre}
          </Text>
          <ProblemNotice error={define.error} />
          <Group>
            <Button type="submit" size="sm" loading={define.isPending}>
              {text.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function bound(typed: string | number): number | null {
  return typed === '' ? null : Number(typed)
}
