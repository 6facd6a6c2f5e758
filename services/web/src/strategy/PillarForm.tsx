import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import type { Schema } from '../api'
import { ProblemNotice } from '../ui'
import { useText } from './text'

type PillarFormProps = {
  pillar?: Schema['Pillar']
  error: Error | null
  pending: boolean
  onSave: (said: { title: string; about: string }) => void
  onCancel: () => void
}

/** What a pillar is called, and what is meant by it. */
export function PillarForm({ pillar, error, pending, onSave, onCancel }: PillarFormProps) {
  const text = useText()
  const [title, setTitle] = useState(pillar?.title ?? '')
  const [about, setAbout] = useState(pillar?.about ?? '')
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    onSave({ title, about })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        {/* One asked for the form: what is typed belongs into it. */}
        <TextInput
          label={text.pillarTitle}
          required
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
        <Textarea
          label={text.about}
          autosize
          minRows={2}
          value={about}
          onChange={(event) => setAbout(event.target.value)}
        />
        <ProblemNotice error={error} />
        <Group>
          <Button type="submit" size="sm" loading={pending}>
            {text.save}
          </Button>
          <Button size="sm" variant="default" onClick={onCancel}>
            {text.cancel}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
