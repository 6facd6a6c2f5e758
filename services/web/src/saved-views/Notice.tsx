import { Button, CloseButton } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { ProblemNotice } from '../ui'
import type { View } from './address'
import { useSaveView } from './queries'
import { useText } from './text'

/** What was just done with a view. */
export type Told = { kind: 'saved' | 'replaced'; name: string } | { kind: 'removed'; view: View }

type NoticeProps = {
  told: Told | null
  error: Error | null
  onClose: () => void
  /** The view that is there again. */
  onBack: (id: string) => void
}

/** Says what was done, and lets what was removed come back. */
export function Notice({ told, error, onClose, onBack }: NoticeProps) {
  const text = useText()
  const undo = useRef<HTMLButtonElement>(null)
  const removed = told?.kind === 'removed' ? told.view : null
  const again = useSaveView(({ id }) => {
    onClose()
    onBack(id)
  })
  useEffect(() => {
    if (removed !== null) undo.current?.focus()
  }, [removed])
  if (told === null && error === null) return null
  return (
    <div className="act-bar">
      <span role="status">
        {told?.kind === 'saved' && text.saved(told.name)}
        {told?.kind === 'replaced' && text.replaced(told.name)}
        {removed && text.removed(removed.name)}
      </span>
      {removed && (
        <Button
          ref={undo}
          size="compact-sm"
          variant="default"
          loading={again.isPending}
          onClick={() => again.mutate({ name: removed.name, address: removed.address, shared: removed.shared })}
        >
          {text.undo}
        </Button>
      )}
      <CloseButton size="sm" aria-label={text.close} onClick={onClose} />
      <ProblemNotice error={again.error ?? error} />
    </div>
  )
}
