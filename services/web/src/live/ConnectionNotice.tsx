import { useQueryClient } from '@tanstack/react-query'
import { CloudOff } from 'lucide-react'
import { useEffect } from 'react'
import { goLive, useIsConnectionLost } from './connection'
import './live.css'
import { useText } from './text'

/** Keeps what is shown up to date, and says quietly when it cannot. */
export function ConnectionNotice() {
  const text = useText()
  const queries = useQueryClient()
  useEffect(() => goLive(queries), [queries])
  const lost = useIsConnectionLost()
  return (
    <span role="status" className="connection">
      {lost && (
        <span title={text.lostWhy}>
          <CloudOff size={14} aria-hidden /> {text.lost}
        </span>
      )}
    </span>
  )
}
