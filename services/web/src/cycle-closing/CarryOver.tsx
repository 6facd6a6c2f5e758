import { Alert, Button, Progress } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Schema } from '../api'
import { EmptyState, ProblemNotice } from '../ui'
import type { Carried } from './closing'
import type { useKeptDraft } from './kept'
import { useCarryOver } from './queries'
import { useText } from './text'

type CarryOverProps = { cycle: Schema['Cycle']; kept: ReturnType<typeof useKeptDraft>; onDone: () => void }
type NotCarried = { it: Carried; error: Error }

/** After the closing: what goes on in another cycle, one after the other. What could not be carried over says why, and stays in the list. */
export function CarryOver({ cycle, kept, onDone }: CarryOverProps) {
  const text = useText()
  const waiting = kept.draft.toCarry
  const [run, setRun] = useState<{ done: number; all: number } | null>(null)
  const [failed, setFailed] = useState<NotCarried[]>([])
  const carry = useCarryOver(cycle.closings)
  const carryAll = async () => {
    const refused: NotCarried[] = []
    setFailed([])
    for (const [place, it] of waiting.entries()) {
      setRun({ done: place, all: waiting.length })
      await carry.mutateAsync(it).catch((error: unknown) => refused.push({ it, error: error as Error }))
    }
    setRun(null)
    setFailed(refused)
    if (refused.length === 0) onDone()
    else kept.setDraft({ ...kept.draft, toCarry: refused.map(({ it }) => it) })
  }
  return (
    <EmptyState title={text.nowCarry}>
      <p>{text.nowCarryNext(waiting.length)}</p>
      {run !== null && (
        <>
          <Progress value={(run.done / run.all) * 100} aria-label={text.carrying(run.done, run.all)} mb="xs" />
          <p role="status">{text.carrying(run.done, run.all)}</p>
        </>
      )}
      {failed.map(({ it, error }) => (
        <Alert key={it.id} color="orange" variant="outline" mb="xs" ta="left" title={text.notCarried(it.title)}>
          <ProblemNotice error={error} />
          <Link className="link" to="/objectives/$reference" params={{ reference: it.id }}>
            {it.title}
          </Link>
        </Alert>
      ))}
      <div className="closing-step">
        <Button loading={run !== null} onClick={() => void carryAll()}>
          {text.carryNow}
        </Button>{' '}
        <Button variant="default" disabled={run !== null} onClick={onDone}>
          {text.later}
        </Button>
      </div>
    </EmptyState>
  )
}
