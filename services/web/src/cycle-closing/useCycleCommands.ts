import { useNavigate } from '@tanstack/react-router'
import { useCycles } from '../objectives/queries'
import { useMayClose } from './queries'
import { useCommandText } from './text/commands'

/** What Ctrl-K offers of cycles: to close those that are at work, and the reports of those that were closed. */
export function useCycleCommands(): { label: string; act: () => void }[] {
  const text = useCommandText()
  const navigate = useNavigate()
  const mayClose = useMayClose()
  const cycles = useCycles().data?.items ?? []
  const closed = cycles.filter((it) => it.closings > 0)
  const open = mayClose ? cycles.filter((it) => it.state === 'active' || it.state === 'review') : []
  return [
    ...open.map((it) => ({
      label: text.close(it.name),
      act: () => void navigate({ to: '/cycles/$cycle/close', params: { cycle: it.id } }),
    })),
    ...closed.map((it) => ({
      label: text.report(it.name),
      act: () => void navigate({ to: '/cycles/$cycle', params: { cycle: it.id } }),
    })),
  ]
}
