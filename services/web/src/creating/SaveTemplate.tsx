import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { body, client, useCommand, type Schema } from '../api'
import { ProblemNotice } from '../ui'
import { errorsOf } from './fieldErrors'
import { useText } from './text'

/** Makes a template of an objective, for everybody of the tenant. Days and people are no part of it. */
export function SaveTemplate({ objective }: { objective: Schema['Objective'] }) {
  const text = useText()
  const [open, setOpen] = useState(false)
  const [name, setName] = useState(objective.title)
  const [department, setDepartment] = useState(objective.team?.name ?? '')
  const save = useCommand((said: Schema['NewTemplate'], header) =>
    body(client.POST('/v1/templates', { params: { header }, body: said })),
  )
  const errors = errorsOf(save.error)
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpen(true)}>
        {text.saveTemplate}
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={text.saveTemplate}
        closeButtonProps={{ 'aria-label': text.close }}
      >
        <Stack>
          <TextInput
            label={text.templateName}
            data-autofocus
            error={errors.name}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label={text.department}
            error={errors.department}
            value={department}
            onChange={(event) => setDepartment(event.currentTarget.value)}
          />
          <ProblemNotice error={save.error} />
          {save.isSuccess && <Text role="status">{text.templateSaved}</Text>}
          <Group>
            <Button
              loading={save.isPending}
              disabled={save.isSuccess || name.trim() === ''}
              onClick={() =>
                save.mutate({
                  from: objective.id,
                  name: name.trim(),
                  department: department.trim(),
                  why: '',
                  key_results: [],
                })
              }
            >
              {text.saveTemplate}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}
