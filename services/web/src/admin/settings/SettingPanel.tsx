import { Button, CloseButton, Group, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import type { Schema } from '../../api'
import { useFormat } from '../../i18n'
import { useIsOneOf } from '../../sign-in/roles'
import { useMayChange } from '../../time-travel'
import { Sparkline } from '../../ui'
import { useText as useAdminText } from '../text'
import { ChangeSetting } from './ChangeSetting'
import { History } from './History'
import { useText } from './text'
import { formOf, paceOf, said, wordsOf } from './values'

/** One setting: what it says and has said, and something else to be said from a day on. */
export function SettingPanel({ setting, onClose }: { setting: Schema['Setting']; onClose: () => void }) {
  const text = useText()
  const admin = useAdminText()
  const format = useFormat()
  const isAdmin = useIsOneOf('admin')
  const mayRead = useIsOneOf('admin', 'auditor')
  const mayChange = useMayChange() && isAdmin
  const [changing, setChanging] = useState(false)
  const { name, about } = wordsOf(setting, text)
  const words = (value: string) => said(setting.name, value, text, format)
  return (
    <aside className="panel" aria-label={name}>
      <Group justify="space-between" wrap="nowrap" align="start" mb="xs">
        <Title order={2} size="h4">
          {name}
        </Title>
        <CloseButton aria-label={admin.close} onClick={onClose} />
      </Group>
      <Stack gap="md">
        <Text size="sm">{about}</Text>
        <div>
          <Text fw={600}>{words(setting.value)}</Text>
          {formOf(setting.name) === 'pace' && <Sparkline values={paceOf(setting.value)} label={words(setting.value)} />}
          <Text size="sm" className="mute">
            {text.defaultIs(words(setting.default))}
          </Text>
        </div>
        {mayChange &&
          (changing ? (
            <ChangeSetting setting={setting} onClose={() => setChanging(false)} />
          ) : (
            <div>
              <Button size="xs" variant="default" onClick={() => setChanging(true)}>
                {text.change}
              </Button>
            </div>
          ))}
        {mayRead && <History setting={setting} />}
      </Stack>
    </aside>
  )
}
