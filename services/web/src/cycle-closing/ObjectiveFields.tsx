import { Button, NumberInput, Select, Textarea } from '@mantine/core'
import type { Schema } from '../api'
import { mayCarryOver, wantsTarget, wordsOf, type Draft, type SaidBefore, type Words } from './closing'
import { GradeTable } from './GradeTable'
import { useCloser } from './queries'
import { useText } from './text'

type ObjectiveFieldsProps = {
  objective: Schema['Objective']
  cycles: readonly Schema['Cycle'][]
  before: SaidBefore
  draft: Draft
  onChange: (changed: Partial<Draft>) => void
  onNext?: () => void
}

const LONGEST = 4000

/** What is said of one objective, and its grades. */
export function ObjectiveFields({ objective, cycles, before, draft, onChange, onNext }: ObjectiveFieldsProps) {
  const text = useText()
  const closer = useCloser()
  const words = wordsOf(objective.id, draft, before)
  const say = (said: Partial<Words>) =>
    onChange({ words: { ...draft.words, [objective.id]: { ...draft.words[objective.id], ...said } } })
  const to = mayCarryOver(objective, closer) ? cycles : []
  const goesOn = to.some((it) => it.id === words.carry)
  return (
    <div className="closing-fields" role="group" aria-label={objective.title}>
      <GradeTable
        objective={objective}
        draft={draft}
        onChange={(keyResult, graded) =>
          onChange({ grades: { ...draft.grades, [keyResult]: { ...draft.grades[keyResult], ...graded } } })
        }
      />
      <div className="closing-words">
        {(['outcome', 'well', 'learnt'] as const).map((it) => (
          <Textarea
            key={it}
            label={text[it]}
            autosize
            minRows={2}
            maxRows={10}
            maxLength={LONGEST}
            value={words[it]}
            onChange={(event) => say({ [it]: event.target.value })}
          />
        ))}
      </div>
      <div className="closing-carry">
        <Select
          label={text.carry}
          description={goesOn ? text.carryIs : undefined}
          inputWrapperOrder={['label', 'input', 'description']}
          allowDeselect={false}
          value={words.carry}
          data={[
            { value: '', label: text.carryNothing },
            { value: 'no', label: text.carryNo },
            { value: 'yes', label: text.carryYes },
            ...to.map((it) => ({ value: it.id, label: text.carryTo(it.name) })),
          ]}
          onChange={(carry) => carry !== null && say({ carry })}
        />
        {goesOn &&
          objective.key_results
            .filter(wantsTarget)
            .map((it) => (
              <NumberInput
                key={it.id}
                label={text.target(it.title)}
                required
                suffix={it.unit ? ` ${it.unit}` : ''}
                value={draft.targets[it.id] ?? ''}
                onChange={(value) =>
                  onChange({ targets: { ...draft.targets, [it.id]: value === '' ? undefined : Number(value) } })
                }
              />
            ))}
      </div>
      {onNext && (
        <Button size="xs" variant="default" onClick={onNext}>
          {text.next}
        </Button>
      )}
    </div>
  )
}
