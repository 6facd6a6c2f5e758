import { TriangleAlert } from 'lucide-react'
import { Link } from '@tanstack/react-router'
import type { Schema } from '../api'
import { useFormat } from '../i18n'
import { Card } from '../ui'
import type { Left } from './closing'
import { useText } from './text'

const MOST = 20

type Named = { id: string; title: string; ref: string; about?: string }

/** What stays open, is not heard of or has no grade: named before it is closed. */
export function WhatIsLeft({ left }: { left: Left }) {
  const text = useText()
  const format = useFormat()
  const keyResults = (of: Left['stale'], told?: (it: Schema['KeyResult']) => string | undefined): Named[] =>
    of.map(({ objective, keyResult }) => ({
      id: keyResult.id,
      title: keyResult.title,
      ref: objective.ref,
      about: told?.(keyResult) ?? objective.title,
    }))
  const lastHeard = ({ as_of: day }: Schema['KeyResult']) =>
    day === null ? undefined : text.lastHeard(format.day(day))
  const groups: [string, Named[], string?][] = [
    [text.submitted(left.submitted.length), left.submitted],
    [text.unheard(left.unheard.length), keyResults(left.unheard)],
    [text.stale(left.stale.length), keyResults(left.stale, lastHeard)],
    [text.ungraded(left.ungraded.length), keyResults(left.ungraded), text.ungradedNote],
    [text.drafts(left.drafts.length), left.drafts],
  ]
  const told = groups.filter(([, things]) => things.length > 0)
  return (
    <Card title={text.left}>
      {told.length === 0 && <p className="mute">{text.leftNothing}</p>}
      {told.map(([what, things, note]) => (
        <details key={what} className="closing-left">
          <summary>
            <TriangleAlert size={15} aria-hidden /> {what}
          </summary>
          {note !== undefined && <p className="mute">{note}</p>}
          <ul>
            {things.slice(0, MOST).map((it) => (
              <li key={it.id}>
                <Link to="/objectives/$reference" params={{ reference: it.ref }}>
                  {it.title}
                </Link>{' '}
                {it.about !== undefined && <span className="mute">{it.about}</span>}
              </li>
            ))}
            {things.length > MOST && <li className="mute">{text.more(things.length - MOST)}</li>}
          </ul>
        </details>
      ))}
    </Card>
  )
}
