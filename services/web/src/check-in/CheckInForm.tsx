import { Alert, Button, Group, NumberInput, Stack, Textarea } from '@mantine/core'
import { useEffect, useRef, type KeyboardEvent, type ReactNode, type SyntheticEvent } from 'react'
import { ProblemNotice } from '../ui'
import { Abstention } from './Abstention'
import { AsOf, PartOf, StatusSaid } from './Details'
import { takesParts, type Reportable } from './draft'
import { Feeds } from './Feeds'
import { useText } from './text'
import { useForm } from './useForm'
import './check-in.css'
import { ValueInput } from './ValueInput'

type CheckInFormProps = {
  keyResult: Reportable
  /** It was sent: it is shown at once, and comes back with what was typed where it could not be saved. */
  onSent: () => void
  /** Beside the button that saves. */
  actions?: ReactNode
}

/** All that a check-in says. Enter saves; in a text Shift and Enter begin another line. */
export function CheckInForm({ keyResult, onSent, actions }: CheckInFormProps) {
  const text = useText()
  const { draft, change, missing, error, submit } = useForm(keyResult)
  const form = useRef<HTMLFormElement>(null)
  useFirstFieldFocused(form, keyResult.id)
  if (keyResult.measure === 'sum') return <Feeds keyResult={keyResult} />

  const sendIt = (event: SyntheticEvent) => {
    event.preventDefault()
    if (submit()) onSent()
    else focusFirstField(form.current)
  }
  return (
    // What is typed into its fields comes by it.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form ref={form} className="check-in" onSubmit={sendIt} onKeyDown={submitOnEnter} noValidate>
      <Stack gap="sm" mt="xs">
        <FailedNotice error={error} />
        {draft.abstention === null ? (
          <>
            <div className="check-in-numbers">
              <ValueInput keyResult={keyResult} draft={draft} onChange={change} missing={missing === 'value'} />
              <NumberInput
                label={text.confidence}
                min={0}
                max={10}
                hideControls
                clampBehavior="strict"
                allowDecimal={false}
                value={draft.confidence}
                onChange={(confidence) => change({ confidence })}
              />
            </div>
            {takesParts(keyResult) && <PartOf keyResult={keyResult} draft={draft} onChange={change} />}
            <Textarea
              label={text.comment}
              autosize
              maxLength={4000}
              value={draft.comment}
              onChange={(event) => change({ comment: event.target.value })}
            />
            <Textarea
              label={text.blockers}
              description={draft.blockers !== '' && text.blockersHint}
              autosize
              value={draft.blockers}
              onChange={(event) => change({ blockers: event.target.value })}
            />
            <Group gap="sm" grow preventGrowOverflow={false} align="start">
              <StatusSaid draft={draft} onChange={change} />
              <AsOf draft={draft} onChange={change} />
            </Group>
          </>
        ) : (
          <Abstention draft={draft} onChange={change} missing={missing === 'reason'} />
        )}
        <Group gap="xs">
          <Button type="submit" size="sm">
            {draft.abstention === null ? text.save : text.saveAbstention}
          </Button>
          {actions}
          <Button
            size="sm"
            variant="subtle"
            ml="auto"
            onClick={() => change({ abstention: draft.abstention === null ? '' : null })}
          >
            {draft.abstention === null ? text.abstain : text.sayValue}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** That what was typed is not saved, and why. */
export function FailedNotice({ error }: { error: Error | null }) {
  const text = useText()
  if (error === null) return null
  return (
    <>
      <Alert color="red" variant="light" p="xs">
        {text.notSaved}
      </Alert>
      <ProblemNotice error={error} />
    </>
  )
}

/** In a text Enter saves, too, as in every other field; not while it chooses a word of an input method. */
function submitOnEnter(event: KeyboardEvent<HTMLFormElement>) {
  const isText = event.target instanceof HTMLTextAreaElement
  if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || !isText) return
  event.preventDefault()
  event.currentTarget.requestSubmit()
}

function focusFirstField(form: HTMLFormElement | null) {
  form?.querySelector<HTMLElement>('input:not([type=hidden]), textarea')?.focus()
}

function useFirstFieldFocused(form: { current: HTMLFormElement | null }, keyResultId: string) {
  useEffect(() => focusFirstField(form.current), [form, keyResultId])
}
