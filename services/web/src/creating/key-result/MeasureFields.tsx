import { NativeSelect, NumberInput, TextInput } from '@mantine/core'
import type { Schema } from '../../api'
import type { Finding } from '../coach'
import { findingsAt } from '../coach'
import type { KeyResultDraft } from '../draft'
import { errorAt, type FieldErrors } from '../fieldErrors'
import { noted } from '../Findings'
import { useText } from '../text'
import { FeedsField } from './FeedsField'
import { Milestones } from './Milestones'

type MeasureFieldsProps = {
  keyResult: KeyResultDraft
  place: string
  errors: FieldErrors
  findings: readonly Finding[]
  change: (changed: Partial<KeyResultDraft>) => void
}

/** What its measure needs. */
export function MeasureFields({ keyResult, place, errors, findings, change }: MeasureFieldsProps) {
  const text = useText()
  const figure = (field: 'start' | 'target' | 'low' | 'high', required = false) => (
    <NumberInput
      key={field}
      label={text[field]}
      required={required}
      {...noted(undefined, findingsAt(findings, keyResult.key, field))}
      error={errorAt(errors, `${place}.${field}`)}
      value={keyResult[field]}
      onChange={(value) => change({ [field]: value })}
    />
  )
  const unit = (
    <TextInput
      key="unit"
      label={text.unit}
      placeholder={text.unitHint}
      error={errorAt(errors, `${place}.unit`)}
      value={keyResult.unit}
      onChange={(event) => change({ unit: event.currentTarget.value })}
    />
  )
  switch (keyResult.measure) {
    case 'metric':
      return <div className="edit-figures">{[figure('start', true), figure('target', true), unit]}</div>
    case 'baseline':
      return (
        <div className="edit-figures">
          {[unit, ...(keyResult.id === null ? [] : [figure('start'), figure('target')])]}
        </div>
      )
    case 'sum':
      return (
        <>
          <div className="edit-figures">{[figure('start'), figure('target', true), unit]}</div>
          <FeedsField keyResult={keyResult} error={errorAt(errors, `${place}.feeds`)} change={change} />
        </>
      )
    case 'maintain':
      return (
        <>
          <div className="edit-figures">{[figure('low'), figure('high'), unit]}</div>
          <NativeSelect
            label={text.mode}
            data={Object.entries(text.modes).map(([value, label]) => ({ value, label }))}
            value={keyResult.mode}
            onChange={(event) => change({ mode: event.currentTarget.value as Schema['MaintainMode'] })}
          />
        </>
      )
    case 'milestones':
      return <Milestones keyResult={keyResult} place={place} errors={errors} change={change} />
    case 'binary':
    case 'graded':
      return null
  }
}
