import { TextInput, UnstyledButton } from '@mantine/core'
import { Check, ChevronRight } from 'lucide-react'
import { useRef, useState } from 'react'
import type { Schema } from '../api'
import { useFormat } from '../i18n'
import { Progress, Status } from '../ui'
import { gradeOfObjective, type Draft, type SaidBefore } from './closing'
import { ObjectiveFields } from './ObjectiveFields'
import { useCloser } from './queries'
import { useText } from './text'

const MANY = 12

type ObjectiveListProps = {
  objectives: readonly Schema['Objective'][]
  cycles: readonly Schema['Cycle'][]
  before: SaidBefore
  draft: Draft
  onChange: (changed: Partial<Draft>) => void
  opened: string | null
  onOpen: (objective: string | null) => void
}

/** Every objective that ends, one of them open at a time to be graded and spoken of. */
export function ObjectiveList({ objectives, cycles, before, draft, onChange, opened, onOpen }: ObjectiveListProps) {
  const text = useText()
  const format = useFormat()
  const closer = useCloser()
  const [sought, setSought] = useState('')
  const heads = useRef(new Map<string, HTMLButtonElement>())
  const words = sought.trim().toLowerCase()
  const found = objectives.filter((it) => `${it.ref} ${it.title}`.toLowerCase().includes(words) || it.id === opened)
  const openNext = (place: number) => {
    const next = found[place + 1]
    onOpen(next?.id ?? null)
    if (next) heads.current.get(next.id)?.focus()
  }
  return (
    <section aria-labelledby="closing-objectives">
      <h2 id="closing-objectives" className="closing-heading">
        {text.objectives}
      </h2>
      {objectives.length > MANY && (
        <TextInput
          size="xs"
          maw={320}
          mb={8}
          aria-label={text.find}
          placeholder={text.find}
          value={sought}
          onChange={(event) => setSought(event.target.value)}
        />
      )}
      {found.length === 0 && <p className="mute">{text.foundNothing}</p>}
      {found.map((it, place) => {
        const grade = gradeOfObjective(it, draft, closer)
        const isOpen = it.id === opened
        return (
          <div key={it.id} className="closing-objective" data-open={isOpen || undefined}>
            <UnstyledButton
              className="closing-head"
              aria-expanded={isOpen}
              ref={(button) => {
                if (button) heads.current.set(it.id, button)
                else heads.current.delete(it.id)
              }}
              onClick={() => onOpen(isOpen ? null : it.id)}
            >
              <ChevronRight size={16} aria-hidden className="closing-chevron" />
              <span className="closing-what">
                <b>{it.title}</b>
                <span className="mute">
                  {[it.owner?.name ?? it.owner?.handle, it.team?.name].filter(Boolean).join(' · ')}
                </span>
              </span>
              {Object.values(draft.words[it.id] ?? {}).some((said) => said !== '') && (
                <span className="closing-said mute">
                  <Check size={14} aria-hidden /> {text.said}
                </span>
              )}
              <Status value={it.status} />
              <span className="line-progress">
                <Progress value={it.progress} />
              </span>
              <span className="closing-grade">
                {grade === null ? text.noGrade : text.objectiveGrade(format.number(grade))}
              </span>
            </UnstyledButton>
            {isOpen && (
              <ObjectiveFields
                objective={it}
                cycles={cycles}
                before={before}
                draft={draft}
                onChange={onChange}
                onNext={place + 1 < found.length ? () => openNext(place) : undefined}
              />
            )}
          </div>
        )
      })}
    </section>
  )
}
