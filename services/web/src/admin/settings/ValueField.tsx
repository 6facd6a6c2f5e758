import { Group, NumberInput, Radio, Select, Stack, TextInput } from '@mantine/core'
import { useMemo, type ReactNode } from 'react'
import type { Schema } from '../../api'
import { Sparkline } from '../../ui'
import { useText } from './text'
import { formOf, paceOf, sharesOf, STRAIGHT } from './values'

type ValueFieldProps = {
  setting: Schema['Setting']
  value: string
  error: ReactNode
  onChange: (value: string) => void
}

/** What a setting shall say, by the field that fits it. */
export function ValueField(props: ValueFieldProps) {
  const { setting, value, error, onChange } = props
  const text = useText()
  switch (formOf(setting.name)) {
    case 'zone':
      return <Zone {...props} />
    case 'pair':
      return <Pair {...props} />
    case 'pace':
      return <Pace {...props} />
    case 'cadence':
      return <Words {...props} words={text.cadences} />
    case 'weekday':
      return <Words {...props} words={text.weekdays} />
    case 'visibility':
      return <Words {...props} words={text.visibilities} />
    case 'switch':
      return <Words {...props} words={text.switches} />
    case 'text':
      return (
        <TextInput
          label={text.value}
          description={setting.form}
          required
          value={value}
          error={error}
          onChange={(event) => onChange(event.target.value)}
        />
      )
  }
}

/** One of a few words. */
function Words({ value, error, onChange, words }: ValueFieldProps & { words: Readonly<Record<string, string>> }) {
  const text = useText()
  return (
    <Radio.Group label={text.value} value={value} error={error} onChange={onChange}>
      <Stack gap={6} mt={6}>
        {Object.entries(words).map(([word, label]) => (
          <Radio key={word} size="sm" value={word} label={label} />
        ))}
      </Stack>
    </Radio.Group>
  )
}

function Zone({ value, error, onChange }: ValueFieldProps) {
  const text = useText()
  const zones = useMemo(() => [...new Set(['UTC', value, ...Intl.supportedValuesOf('timeZone')])], [value])
  return (
    <Select
      label={text.value}
      description={text.zoneIs}
      searchable
      allowDeselect={false}
      limit={60}
      nothingFoundMessage={text.noZone}
      data={zones}
      value={value}
      error={error}
      onChange={(zone) => zone !== null && onChange(zone)}
    />
  )
}

/** Two numbers of 0 to 1, the lower one first. */
function Pair({ setting, value, error, onChange }: ValueFieldProps) {
  const text = useText()
  const [low = '', high = ''] = value.split(';')
  const labels = setting.name === 'bounds' ? text.boundLabels : text.bandLabels
  const [least = 0, most = 0] = sharesOf(value)
  const field = (label: string, typed: string, put: (typed: string) => string, wrong: ReactNode) => (
    <NumberInput
      label={label}
      required
      min={0}
      max={1}
      step={0.05}
      decimalScale={4}
      value={typed}
      error={wrong}
      onChange={(number) => onChange(put(String(number)))}
    />
  )
  return (
    <Group grow align="start">
      {field(labels.low, low, (typed) => `${typed};${high}`, error)}
      {field(labels.high, high, (typed) => `${low};${typed}`, least > most ? text.lowFirst : undefined)}
    </Group>
  )
}

/** The expected pace: straight, or shares at equal steps, with a picture of it. */
function Pace({ value, error, onChange }: ValueFieldProps) {
  const text = useText()
  const straight = value === STRAIGHT
  return (
    <Stack gap="xs">
      <Radio.Group
        label={text.value}
        value={straight ? STRAIGHT : 'own'}
        onChange={(chosen) => onChange(chosen === STRAIGHT ? STRAIGHT : '0;0.2;0.6;1')}
      >
        <Stack gap={6} mt={6}>
          <Radio size="sm" value={STRAIGHT} label={text.straight} />
          <Radio size="sm" value="own" label={text.ownPace} />
        </Stack>
      </Radio.Group>
      {!straight && (
        <TextInput
          label={text.shares}
          description={text.sharesAre}
          required
          value={value}
          error={error}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      <Sparkline values={paceOf(value)} label={text.picture} />
    </Stack>
  )
}
