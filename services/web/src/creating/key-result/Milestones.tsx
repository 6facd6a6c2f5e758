import { ActionIcon, Button, NumberInput, TextInput } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import type { KeyResultDraft, MilestoneDraft } from '../draft'
import { errorAt, type FieldErrors } from '../fieldErrors'
import { useText } from '../text'

type MilestonesProps = {
  keyResult: KeyResultDraft
  place: string
  errors: FieldErrors
  change: (changed: Partial<KeyResultDraft>) => void
}

/** The parts of the way, each with its weight and its day. */
export function Milestones({ keyResult, place, errors, change }: MilestonesProps) {
  const text = useText()
  const { milestones } = keyResult
  const set = (number: number, changed: Partial<MilestoneDraft>) =>
    change({ milestones: milestones.map((it, at) => (at === number ? { ...it, ...changed } : it)) })
  return (
    <div className="edit-list">
      {milestones.map((it, number) => {
        const name = text.milestone(number + 1)
        const at = `${place}.milestones[${number}]`
        return (
          <div className="edit-milestone" key={number}>
            <TextInput
              aria-label={name}
              placeholder={name}
              error={errorAt(errors, `${at}.title`)}
              value={it.title}
              onChange={(event) => set(number, { title: event.currentTarget.value })}
            />
            <NumberInput
              aria-label={text.weightOf(name)}
              title={text.weight}
              min={0}
              hideControls
              error={errorAt(errors, `${at}.weight`)}
              value={it.weight}
              onChange={(weight) => set(number, { weight })}
            />
            <TextInput
              type="date"
              aria-label={text.dueOf(name)}
              error={errorAt(errors, `${at}.due_day`)}
              value={it.dueDay}
              onChange={(event) => set(number, { dueDay: event.currentTarget.value })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={text.remove(name)}
              disabled={milestones.length === 1}
              onClick={() => change({ milestones: milestones.filter((_, place) => place !== number) })}
            >
              <X size={15} />
            </ActionIcon>
          </div>
        )
      })}
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<Plus size={14} aria-hidden />}
        onClick={() => change({ milestones: [...milestones, { title: '', weight: 1, dueDay: '' }] })}
      >
        {text.addMilestone}
      </Button>
    </div>
  )
}
