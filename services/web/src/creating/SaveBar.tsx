import { Button, Text, TextInput } from '@mantine/core'
import { GraduationCap } from 'lucide-react'
import { useState } from 'react'
import type { Schema } from '../api'
import { useSession } from '../sign-in/session'
import { useMayChange } from '../time-travel'
import { useSetting } from './queries'
import type { Intent } from './saving'
import { useText } from './text'

type SaveBarProps = {
  state: Schema['ObjectiveState']
  approval: Schema['Approval'] | null
  findings: number
  coached: boolean
  saving: boolean
  onSave: (intent: Intent, comment?: string) => void
  onCancel: () => void
}

/** What can be done with what is typed: it stays a draft, begins, or is given to whoever approves it. */
export function SaveBar({ state, approval, findings, coached, saving, onSave, onCancel }: SaveBarProps) {
  const text = useText()
  const { session } = useSession()
  const approves = useSetting('approval') === 'on'
  const [comment, setComment] = useState('')
  const present = useMayChange()
  const draft = state === 'draft' && present
  const mayActivate = !approves || approval === 'approved' || session?.roles.includes('admin') === true
  return (
    <footer className="edit-bar">
      <Text size="sm" className="mute edit-grow" role="status" component="span">
        {coached && (
          <span className="edit-coach">
            <GraduationCap size={16} aria-hidden />
            {text.coachSays(findings)}
          </span>
        )}
      </Text>
      {draft && approves && approval !== 'approved' && (
        <TextInput
          className="edit-comment"
          aria-label={text.comment}
          placeholder={text.comment}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
      )}
      <Button variant="subtle" color="gray" onClick={onCancel}>
        {text.cancel}
      </Button>
      {present && (
        <Button variant={draft ? 'default' : 'filled'} loading={saving} onClick={() => onSave('keep')}>
          {draft ? text.keepDraft : text.save}
        </Button>
      )}
      {draft && approves && approval !== 'approved' && (
        <Button
          variant="filled"
          disabled={approval === 'submitted'}
          loading={saving}
          onClick={() => onSave('submit', comment)}
        >
          {text.submit}
        </Button>
      )}
      {draft && mayActivate && (
        <Button
          variant={approves && approval !== 'approved' ? 'default' : 'filled'}
          loading={saving}
          onClick={() => onSave('activate')}
        >
          {text.activate}
        </Button>
      )}
    </footer>
  )
}
