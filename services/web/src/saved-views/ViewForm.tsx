import { Modal, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import { errorOf, unplaced } from '../admin/fields'
import { FormEnd, ProblemNotice } from '../ui'
import { useReviseView, useSaveView } from './queries'
import { useText } from './text'
import type { View } from './address'

const FIELDS = ['name']

type NewViewProps = { address: string; onClose: () => void; onSaved: (saved: { id: string; name: string }) => void }

/** What is shown becomes a view of one's own. */
export function NewView({ address, onClose, onSaved }: NewViewProps) {
  const text = useText()
  const save = useSaveView(onSaved)
  return (
    <ViewForm
      title={text.saveTitle}
      about={text.saveNext}
      before={{ name: '', shared: false }}
      error={save.error}
      pending={save.isPending}
      onClose={onClose}
      onSubmit={(said) => save.mutate({ ...said, address })}
    />
  )
}

/** Another name for a view, and whether others see it. */
export function ChangedView({ view, onClose }: { view: View; onClose: () => void }) {
  const text = useText()
  const revise = useReviseView(onClose)
  return (
    <ViewForm
      title={text.changeTitle(view.name)}
      before={view}
      error={revise.error}
      pending={revise.isPending}
      onClose={onClose}
      onSubmit={(said) => revise.mutate({ id: view.id, ...said })}
    />
  )
}

type Said = { name: string; shared: boolean }

type ViewFormProps = {
  title: string
  about?: string
  before: Said
  error: Error | null
  pending: boolean
  onClose: () => void
  onSubmit: (said: Said) => void
}

function ViewForm({ title, about, before, error, pending, onClose, onSubmit }: ViewFormProps) {
  const text = useText()
  const [name, setName] = useState(before.name)
  const [shared, setShared] = useState(before.shared)
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    onSubmit({ name: name.trim(), shared })
  }
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': text.close }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          {about !== undefined && (
            <Text size="sm" className="mute">
              {about}
            </Text>
          )}
          <TextInput
            data-autofocus
            label={text.name}
            placeholder={text.example}
            maxLength={100}
            value={name}
            error={errorOf(error, 'name')}
            onChange={(event) => setName(event.target.value)}
          />
          <Switch
            label={text.share}
            description={text.shareMeans}
            checked={shared}
            onChange={(event) => setShared(event.currentTarget.checked)}
          />
          <ProblemNotice error={unplaced(error, FIELDS)} />
          <FormEnd submit={text.saveIt} pending={pending} leave={text.notNow} onLeave={onClose} />
        </Stack>
      </form>
    </Modal>
  )
}
