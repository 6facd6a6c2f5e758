import { Check } from 'lucide-react'
import type { Schema } from '../api'
import { useLastSaved } from '../check-in/useCheckIn'
import { useFormat } from '../i18n'
import { useText } from './text'

/** That the last check-in was saved, and what it says: one has gone on meanwhile, or is done. */
export function Saved({ all }: { all: readonly Schema['ReportedKeyResult'][] }) {
  const text = useText()
  const format = useFormat()
  const last = useLastSaved()
  const of = all.find(({ id }) => id === last?.keyResultId)
  const value = last !== undefined && 'value' in last.said ? format.number(last.said.value) : null
  return (
    <p role="status" className="check-ins-saved">
      {of !== undefined && (
        <>
          <Check size={14} aria-hidden /> {text.saved(of.title, value)}
        </>
      )}
    </p>
  )
}
