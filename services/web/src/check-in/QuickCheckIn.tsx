import { ActionIcon, NativeSelect, NumberInput, Popover, TextInput } from '@mantine/core'
import { CornerDownLeft } from 'lucide-react'
import { useLayoutEffect, useRef, type KeyboardEvent, type SyntheticEvent } from 'react'
import { useDecimalSeparator, useFormat } from '../i18n'
import { useSession } from '../sign-in/session'
import './check-in.css'
import { CheckInForm, FailedNotice } from './CheckInForm'
import { takesParts, type Draft, type Reportable } from './draft'
import { useDraft } from './drafts'
import { aimText, valueText } from './figures'
import { useText } from './text'
import { useForm } from './useForm'

type QuickCheckInProps = {
  keyResult: Reportable
  /** It was sent: it is shown at once, and comes back with what was typed where it could not be saved. */
  onSent: () => void
  /** It was left; what was typed stays for the next time. */
  onLeave: () => void
}

/** A check-in in the line that shows its key result: value, confidence, what changed. Enter saves, Escape leaves. */
export function QuickCheckIn(props: QuickCheckInProps) {
  const [draft] = useDraft(props.keyResult)
  const fits = props.keyResult.measure !== 'milestones' && draft.abstention === null
  return fits ? <InLine {...props} /> : <Below {...props} />
}

function InLine({ keyResult, onSent, onLeave }: QuickCheckInProps) {
  const text = useText()
  const { draft, change, missing, error, submit } = useForm(keyResult)
  const form = useRef<HTMLFormElement>(null)
  useLayoutEffect(() => chooseFirstField(form.current), []) // at once: what is typed next belongs into it
  const sendIt = (event: SyntheticEvent) => {
    event.preventDefault()
    if (submit()) onSent()
    else chooseFirstField(form.current)
  }
  return (
    // What is typed into its fields comes by it, and a click into it is not one on the line.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      ref={form}
      className="quick-check-in"
      aria-label={`${text.checkIn}: ${keyResult.title}`}
      noValidate
      onSubmit={sendIt}
      onKeyDown={(event) => leaveOnEscape(event, onLeave)}
      onClick={(event) => event.stopPropagation()}
    >
      <Value keyResult={keyResult} draft={draft} onChange={change} missing={missing !== null} />
      <NumberInput
        size="xs"
        w={52}
        aria-label={text.confidence}
        title={text.confidence}
        placeholder="0–10"
        min={0}
        max={10}
        hideControls
        clampBehavior="strict"
        allowDecimal={false}
        value={draft.confidence}
        onChange={(confidence) => change({ confidence })}
      />
      <TextInput
        size="xs"
        className="quick-check-in-comment"
        aria-label={text.comment}
        placeholder={text.comment}
        maxLength={4000}
        value={draft.comment}
        onChange={(event) => change({ comment: event.target.value })}
      />
      <ActionIcon type="submit" size={30} aria-label={text.save} title={text.save}>
        <CornerDownLeft size={15} />
      </ActionIcon>
      {(error !== null || missing !== null) && (
        <div className="quick-check-in-problem" role={missing === null ? undefined : 'alert'}>
          {missing !== null && text.missing[missing]}
          <FailedNotice error={error} />
        </div>
      )}
    </form>
  )
}

type ValueProps = {
  keyResult: Reportable
  draft: Draft
  onChange: (changed: Partial<Draft>) => void
  missing: boolean
}

function Value({ keyResult, draft, onChange, missing }: ValueProps) {
  const text = useText()
  const format = useFormat()
  const decimalSeparator = useDecimalSeparator()
  const whose = useWhose(keyResult, draft)
  const last = valueText(keyResult, format, text)
  const about = [last === null ? text.noLast : text.last(last), aimText(keyResult, format, text)].filter(Boolean)
  const shared = { size: 'xs', 'aria-required': true, error: missing, title: about.join(' · ') } as const
  if (keyResult.measure === 'binary')
    return (
      <NativeSelect
        {...shared}
        aria-label={text.isDone}
        data={[
          { value: '', label: text.isDone },
          { value: '0', label: text.notDone },
          { value: '1', label: text.done },
        ]}
        value={String(draft.value)}
        onChange={(event) => onChange({ value: event.target.value })}
      />
    )
  return (
    <NumberInput
      {...shared}
      w={120}
      aria-label={whose === null ? text.value : `${text.value} (${whose})`}
      placeholder={whose ?? last ?? text.value}
      hideControls
      decimalSeparator={decimalSeparator}
      suffix={keyResult.unit ? ` ${keyResult.unit}` : ''}
      {...(keyResult.measure === 'graded' ? { min: 0, max: 1, step: 0.1, clampBehavior: 'strict' as const } : {})}
      {...(keyResult.value === null ? {} : { startValue: keyResult.value })}
      value={draft.value}
      onChange={(value) => onChange({ value })}
    />
  )
}

/** Of several owners: whose part the value is. */
function useWhose(keyResult: Reportable, { part }: Draft): string | null {
  const text = useText()
  const { session } = useSession()
  if (!takesParts(keyResult)) return null
  if (part === null) return text.whole
  const owner = keyResult.owners.find(({ person }) => person.id === part)?.person
  return part === session?.person?.id ? text.mine : text.partOf(owner?.name ?? owner?.handle ?? '?')
}

/** What a line has no room for: the whole form, below it. */
function Below({ keyResult, onSent, onLeave }: QuickCheckInProps) {
  const text = useText()
  return (
    <Popover opened onDismiss={onLeave} position="bottom-end" shadow="md" width={420} trapFocus>
      <Popover.Target>
        <span className="quick-check-in-anchor" />
      </Popover.Target>
      <Popover.Dropdown
        aria-label={`${text.checkIn}: ${keyResult.title}`}
        onClick={(event) => event.stopPropagation()}
        onKeyDown={(event) => leaveOnEscape(event, onLeave)}
      >
        <CheckInForm keyResult={keyResult} onSent={onSent} />
      </Popover.Dropdown>
    </Popover>
  )
}

function leaveOnEscape(event: KeyboardEvent, onLeave: () => void) {
  event.stopPropagation() // the keys of what stands around it are not meant
  if (event.key === 'Escape') onLeave()
}

function chooseFirstField(form: HTMLFormElement | null) {
  const field = form?.querySelector<HTMLInputElement | HTMLSelectElement>('input, select')
  field?.focus()
  if (field instanceof HTMLInputElement) field.select()
}
