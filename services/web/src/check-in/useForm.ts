import { useState } from 'react'
import { saidOf, type Draft, type Missing, type Reportable } from './draft'
import { useDraft } from './drafts'
import { useCheckIn } from './useCheckIn'

type Form = {
  draft: Draft
  change: (changed: Partial<Draft>) => void
  /** What was left out when it was sent. */
  missing: Missing | null
  /** Why the last one could not be saved. */
  error: Error | null
  /** Sends what was typed; false: something is missing. */
  submit: () => boolean
}

/** What every form of a check-in does, however much of it that shows. */
export function useForm(keyResult: Reportable): Form {
  const [draft, change] = useDraft(keyResult)
  const [tried, setTried] = useState(false)
  const { send, error } = useCheckIn(keyResult.id)
  const said = saidOf(keyResult, draft)
  const submit = () => {
    setTried(typeof said === 'string')
    if (typeof said === 'string') return false
    send(said)
    return true
  }
  return { draft, change, missing: tried && typeof said === 'string' ? said : null, error, submit }
}
