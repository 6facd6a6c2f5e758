import { TextInput, Textarea } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { Schema } from '../api'
import { Page } from '../ui'
import { missingIn } from './check'
import { findingsAt, unlessWrong, useCoach } from './coach'
import './creating.css'
import type { Draft } from './draft'
import { errorAt, standing, type Checked } from './fieldErrors'
import { noted } from './Findings'
import { useKept, type Editing } from './kept'
import { KeyResults } from './KeyResults'
import { Notices } from './Notices'
import { Properties } from './Properties'
import { SaveBar } from './SaveBar'
import { useSave, type Intent } from './saving'
import { movedGoalposts } from './steps'
import { useText } from './text'

type EditorProps = {
  /** What is edited; null: something new. */
  objective: Schema['Objective'] | null
  begin: Editing
  actions?: ReactNode
  above?: ReactNode
}

/** An objective with its key results, in one form. */
export function Editor({ objective, begin, actions, above }: EditorProps) {
  const text = useText()
  const navigate = useNavigate()
  const form = useRef<HTMLFormElement>(null)
  const kept = useKept(objective?.id ?? 'new', begin)
  const { editing, setEditing } = kept
  const { draft, base } = editing
  const [checked, setChecked] = useState<Checked | null>(null)
  const [holdsFrom, setHoldsFrom] = useState('')
  const said = useCoach(draft)
  const change = (changed: Partial<Draft>) =>
    setEditing((before) => ({ ...before, draft: { ...before.draft, ...changed } }))
  const leave = (id: string) => void navigate({ to: '/objectives', search: { cycle: draft.cycle, open: id } })
  const saving = useSave({
    id: objective?.id ?? null,
    editing,
    setEditing,
    onSaved: (id) => {
      kept.forget()
      leave(id)
    },
  })
  const { failure } = saving
  const errors = { ...(failure && standing(failure, draft)), ...(checked && standing(checked, draft)) }
  const findings = unlessWrong(said, errors, draft)
  useEffect(() => {
    if (checked === null && failure === null) return
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [checked, failure])
  const save = (intent: Intent, comment = '') => {
    const missing = missingIn(draft, text, base)
    const complete = Object.keys(missing).length === 0
    setChecked(complete ? null : { errors: missing, of: draft })
    if (complete) saving.save({ intent, holdsFrom, comment })
  }
  const active = objective?.state === 'active'
  const goalposts = active ? movedGoalposts(base, draft) : []

  return (
    <Page title={objective === null ? text.newTitle : text.editTitle} actions={actions}>
      <form ref={form} className="edit" noValidate onSubmit={(event) => event.preventDefault()}>
        <div className="edit-scroll">
          <div className="edit-columns">
            <div className="edit-main">
              {above}
              <Notices
                kept={kept}
                saving={saving}
                goalposts={goalposts}
                holdsFrom={holdsFrom}
                onHoldsFrom={setHoldsFrom}
              />
              <TextInput
                className="edit-title"
                size="lg"
                label={text.title}
                required
                {...noted(text.titleHint, findingsAt(findings, 'objective', 'title'))}
                error={errorAt(errors, 'title')}
                value={draft.title}
                onChange={(event) => change({ title: event.currentTarget.value })}
              />
              <Textarea
                label={text.why}
                placeholder={text.whyHint}
                autosize
                minRows={2}
                error={errorAt(errors, 'why')}
                value={draft.why}
                onChange={(event) => change({ why: event.currentTarget.value })}
              />
              <KeyResults draft={draft} errors={errors} findings={findings} change={change} />
            </div>
            <Properties id={saving.made} draft={draft} errors={errors} findings={findings} change={change} />
          </div>
        </div>
        <SaveBar
          state={objective?.state ?? 'draft'}
          approval={objective?.approval ?? null}
          findings={findings.length}
          coached={draft.title.trim() !== ''}
          saving={saving.saving}
          onSave={save}
          onCancel={() => {
            kept.forget()
            if (objective === null) void navigate({ to: '/objectives' })
            else leave(objective.id)
          }}
        />
      </form>
    </Page>
  )
}
