import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Lock } from 'lucide-react'
import type { Schema } from '../api'
import { useMayClose } from './queries'
import { Reopen } from './Reopen'
import { useText } from './text'

/** What may be done with a cycle that ends or has ended: it is closed, or reopened. Nothing, for those who may not. */
export function ClosingActions({ cycle }: { cycle: Schema['Cycle'] }) {
  const text = useText()
  if (!useMayClose()) return null
  if (cycle.state === 'closed') return <Reopen cycle={cycle} />
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<Lock size={14} aria-hidden />}
      renderRoot={(props) => <Link to="/cycles/$cycle/close" params={{ cycle: cycle.id }} {...props} />}
    >
      {text.toClosing}
    </Button>
  )
}

/** The way to the closing of a cycle, where it is at work or in review, for those who may close it. */
export function ToClosing({ cycle }: { cycle: Schema['Cycle'] }) {
  const text = useText()
  if (!useMayClose() || (cycle.state !== 'active' && cycle.state !== 'review')) return null
  return (
    <Link className="link" to="/cycles/$cycle/close" params={{ cycle: cycle.id }}>
      {text.toClosing}
    </Link>
  )
}
