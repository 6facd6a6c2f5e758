import { ActionIcon, Collapse, TextInput, UnstyledButton } from '@mantine/core'
import { ChevronDown, ChevronRight, X } from 'lucide-react'
import { useState } from 'react'
import { findingsAt, type Finding } from '../coach'
import type { KeyResultDraft } from '../draft'
import { errorAt, type FieldErrors } from '../fieldErrors'
import { noted } from '../Findings'
import { useText } from '../text'
import { MeasureChoice } from './MeasureChoice'
import { MeasureFields } from './MeasureFields'
import { MeasurePicture } from './MeasurePicture'
import { MoreOfKeyResult } from './MoreOfKeyResult'

type KeyResultCardProps = {
  keyResult: KeyResultDraft
  number: number
  errors: FieldErrors
  findings: readonly Finding[]
  onChange: (keyResult: KeyResultDraft) => void
  onRemove: () => void
}

const MORE = ['owners', 'due_day', 'weight', 'commit', 'stretch', 'plan']

/** A key result as it is typed: what is measured and how, with a picture of what its values come to. */
export function KeyResultCard({ keyResult, number, errors, findings, onChange, onRemove }: KeyResultCardProps) {
  const text = useText()
  const place = `key_results[${number}]`
  const [opened, setOpened] = useState(false)
  const open = opened || MORE.some((field) => errorAt(errors, `${place}.${field}`) !== undefined)
  const change = (changed: Partial<KeyResultDraft>) => onChange({ ...keyResult, ...changed })
  const name = keyResult.title === '' ? text.keyResult(number + 1) : keyResult.title
  const parts = { keyResult, place, errors, change }
  return (
    <section className="edit-key-result" aria-label={text.keyResult(number + 1)}>
      <div className="edit-key-result-head">
        <span className="edit-number" aria-hidden>
          {number + 1}
        </span>
        <TextInput
          className="edit-grow"
          aria-label={`${text.keyResult(number + 1)}: ${text.keyResultTitle}`}
          placeholder={text.keyResultTitle}
          {...noted(undefined, findingsAt(findings, keyResult.key, 'title'))}
          error={errorAt(errors, `${place}.title`) ?? errors[place]}
          value={keyResult.title}
          onChange={(event) => change({ title: event.currentTarget.value })}
        />
        <ActionIcon
          variant="subtle"
          color="gray"
          size={34}
          aria-label={keyResult.id === null ? text.remove(name) : text.giveUp(name)}
          onClick={onRemove}
        >
          <X size={16} />
        </ActionIcon>
      </div>
      <div className="edit-key-result-body">
        <div className="edit-list">
          <MeasureChoice
            measure={keyResult.measure}
            fixed={keyResult.id !== null}
            onChange={(measure) => change({ measure })}
          />
          <MeasureFields {...parts} findings={findings} />
        </div>
        <MeasurePicture keyResult={keyResult} />
      </div>
      <UnstyledButton className="edit-more" aria-expanded={open} onClick={() => setOpened(!open)}>
        {open ? <ChevronDown size={16} aria-hidden /> : <ChevronRight size={16} aria-hidden />}
        {text.keyResultMore}
      </UnstyledButton>
      <Collapse expanded={open}>
        <MoreOfKeyResult {...parts} />
      </Collapse>
    </section>
  )
}
