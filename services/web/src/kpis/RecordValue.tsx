import { Button, Group, NumberInput, Stack, TextInput, Title } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import type { Schema } from '../api'
import { useDay } from '../cycles'
import { ProblemNotice } from '../ui'
import { useRecordValue } from './queries'
import { useText } from './text'

/** Says what a KPI is. Of one day the last one counts, so that a mistake is mended by saying it again. */
export function RecordValue({ kpi }: { kpi: Schema['Kpi'] }) {
  const text = useText()
  const day = useDay()
  const [typed, setTyped] = useState<{ value: string | number; as_of: string; comment: string }>({
    value: '',
    as_of: day,
    comment: '',
  })
  const record = useRecordValue(kpi.id, () => setTyped({ value: '', as_of: day, comment: '' }))
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    record.mutate({ value: Number(typed.value), as_of: typed.as_of, comment: typed.comment })
  }
  return (
    <form onSubmit={submit} aria-label={text.record}>
      <Title order={3} size="h5" mb={4}>
        {text.record}
      </Title>
      <Stack gap="xs">
        <Group grow>
          <NumberInput
            label={text.value}
            required
            suffix={kpi.unit ? ` ${kpi.unit}` : ''}
            value={typed.value}
            onChange={(value) => setTyped({ ...typed, value })}
          />
          <TextInput
            type="date"
            label={text.day}
            required
            value={typed.as_of}
            onChange={(event) => setTyped({ ...typed, as_of: event.target.value })}
          />
        </Group>
        <TextInput
          label={text.comment}
          value={typed.comment}
          onChange={(event) => setTyped({ ...typed, comment: event.target.value })}
        />
        <ProblemNotice error={record.error} />
        <Group>
          <Button type="submit" size="sm" loading={record.isPending}>
            {text.save}
          </Button>
          {record.isSuccess && (
            <span role="status" className="mute">
              {text.recorded}
            </span>
          )}
        </Group>
      </Stack>
    </form>
  )
}
