import { Checkbox, Group, NumberInput, Radio, Stack, Text } from '@mantine/core'
import { useDecimalSeparator, useFormat } from '../i18n'
import { numberOf, timesTooFar, type Draft, type Reportable } from './draft'
import { aimText, valueText } from './figures'
import { useText } from './text'

type ValueInputProps = {
  keyResult: Reportable
  draft: Draft
  onChange: (changed: Partial<Draft>) => void
  missing: boolean
}

/** What is reported, as the measure takes it: a number, done or not, or which milestones are done. */
export function ValueInput(props: ValueInputProps) {
  switch (props.keyResult.measure) {
    case 'milestones':
      return <MilestonesInput {...props} />
    case 'binary':
      return <DoneInput {...props} />
    case 'metric':
    case 'maintain':
    case 'graded':
    case 'baseline':
      return <FigureInput {...props} />
    case 'sum':
      return null
  }
}

function FigureInput({ keyResult, draft, onChange, missing }: ValueInputProps) {
  const text = useText()
  const format = useFormat()
  const decimalSeparator = useDecimalSeparator()
  const last = valueText(keyResult, format, text)
  const times = timesTooFar(keyResult, numberOf(draft.value))
  const graded = keyResult.measure === 'graded'
  const hints = [last === null ? text.noLast : text.last(last), aimText(keyResult, format, text)]
  return (
    <NumberInput
      label={text.value}
      description={hints.filter((it) => it !== null).join(' · ')}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      aria-required
      hideControls
      decimalSeparator={decimalSeparator}
      suffix={keyResult.unit ? ` ${keyResult.unit}` : ''}
      {...(graded ? { min: 0, max: 1, step: 0.1, clampBehavior: 'strict' as const } : {})}
      {...(keyResult.value === null ? {} : { startValue: keyResult.value, title: text.lastHint })}
      value={draft.value}
      error={missing ? text.missing.value : times === null ? undefined : text.tooFar(times)}
      onChange={(value) => onChange({ value })}
    />
  )
}

function DoneInput({ keyResult, draft, onChange, missing }: ValueInputProps) {
  const text = useText()
  const format = useFormat()
  const last = valueText(keyResult, format, text)
  return (
    <Radio.Group
      label={text.isDone}
      description={last === null ? text.noLast : text.last(last)}
      value={String(draft.value)}
      error={missing && text.missing.value}
      onChange={(value) => onChange({ value })}
    >
      <Group mt={6}>
        <Radio value="0" label={text.notDone} />
        <Radio value="1" label={text.done} />
      </Group>
    </Radio.Group>
  )
}

function MilestonesInput({ keyResult, draft, onChange }: ValueInputProps) {
  const text = useText()
  const format = useFormat()
  const milestones = keyResult.milestones ?? []
  const weighted = new Set(milestones.map((it) => it.weight)).size > 1
  return (
    <Checkbox.Group
      label={text.milestones}
      description={text.milestonesDone(draft.done.length, milestones.length)}
      value={draft.done.map(String)}
      onChange={(done) => onChange({ done: done.map(Number) })}
    >
      <Stack gap={6} mt={6}>
        {milestones.map((it, index) => (
          <Checkbox
            key={index}
            value={String(index + 1)}
            label={
              <>
                {it.title}{' '}
                <Text span size="xs" className="mute">
                  {[
                    it.due_day !== null && text.due(format.day(it.due_day)),
                    weighted && it.weight !== null && text.weight(format.number(it.weight)),
                  ]
                    .filter((each) => each !== false)
                    .join(' · ')}
                </Text>
              </>
            }
          />
        ))}
      </Stack>
    </Checkbox.Group>
  )
}
