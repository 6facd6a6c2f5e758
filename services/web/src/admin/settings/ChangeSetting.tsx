import { Stack, Text, TextInput } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import type { Schema } from '../../api'
import { useDay } from '../../cycles'
import { useFormat } from '../../i18n'
import { FormEnd, ProblemNotice } from '../../ui'
import { errorOf, unplaced } from '../fields'
import { useText as useAdminText } from '../text'
import { useChangeSetting } from './queries'
import { useText } from './text'
import { ValueField } from './ValueField'
import { said } from './values'

const FIELDS = ['value', 'holds_from']

/** Lets a setting say something else, from today on or from a day before: what was true before that day stays. */
export function ChangeSetting({ setting, onClose }: { setting: Schema['Setting']; onClose: () => void }) {
  const text = useText()
  const admin = useAdminText()
  const format = useFormat()
  const today = useDay()
  const [value, setValue] = useState(setting.value)
  const [from, setFrom] = useState(today)
  const change = useChangeSetting(setting.name, onClose)
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    change.mutate({ value, holds_from: from })
  }
  return (
    <form onSubmit={submit} aria-label={text.change}>
      <Stack gap="sm">
        <ValueField setting={setting} value={value} error={errorOf(change.error, 'value')} onChange={setValue} />
        <TextInput
          type="date"
          label={text.holdsFrom}
          description={text.holdsFromIs}
          required
          max={today}
          value={from}
          error={errorOf(change.error, 'holds_from')}
          onChange={(event) => setFrom(event.target.value)}
        />
        {value !== setting.value && (
          <Text size="sm" role="status">
            {text.becomes(said(setting.name, value, text, format))}
          </Text>
        )}
        {value !== setting.default && (
          <button type="button" className="link setting-back" onClick={() => setValue(setting.default)}>
            {text.backToDefault}
          </button>
        )}
        <ProblemNotice error={unplaced(change.error, FIELDS)} />
        <FormEnd submit={text.save} pending={change.isPending} leave={admin.notNow} onLeave={onClose} />
      </Stack>
    </form>
  )
}
