import { ActionIcon, Button, NumberInput, TextInput } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { takesMarks, takesPlan } from '../bodies'
import type { KeyResultDraft, OwnerDraft } from '../draft'
import { errorAt, type FieldErrors } from '../fieldErrors'
import { noted } from '../Findings'
import { PeoplePicker } from '../People'
import { useEverybody } from '../queries'
import { useText } from '../text'

type MoreProps = {
  keyResult: KeyResultDraft
  place: string
  errors: FieldErrors
  change: (changed: Partial<KeyResultDraft>) => void
}

/** What most key results leave as it is: who owns which part, when it is due, how much it counts, by when how much is to be reached. */
export function MoreOfKeyResult(props: MoreProps) {
  const { keyResult, place, errors, change } = props
  const text = useText()
  const mark = (field: 'commit' | 'stretch') => (
    <NumberInput
      label={text[field]}
      error={errorAt(errors, `${place}.${field}`)}
      value={keyResult[field]}
      onChange={(value) => change({ [field]: value })}
    />
  )
  return (
    <div className="edit-list">
      <Owners {...props} />
      <div className="edit-pair">
        <TextInput
          type="date"
          label={text.dueDay}
          error={errorAt(errors, `${place}.due_day`)}
          value={keyResult.dueDay}
          onChange={(event) => change({ dueDay: event.currentTarget.value })}
        />
        <NumberInput
          label={text.weight}
          {...noted(text.weightHint)}
          min={0}
          error={errorAt(errors, `${place}.weight`)}
          value={keyResult.weight}
          onChange={(weight) => change({ weight })}
        />
      </div>
      {takesMarks(keyResult.measure) && (
        <>
          <div className="edit-pair">
            {mark('commit')}
            {mark('stretch')}
          </div>
          <span className="hint mute">{text.marksHint}</span>
        </>
      )}
      {takesPlan(keyResult.measure) && <Plan {...props} />}
    </div>
  )
}

function Owners({ keyResult, place, errors, change }: MoreProps) {
  const text = useText()
  const everybody = useEverybody()
  const named = new Map(everybody.data?.map((it) => [it.id, it.name ?? it.handle ?? '?']))
  const pick = (people: string[]) =>
    change({
      owners: people.map((person): OwnerDraft => {
        const known = keyResult.owners.find((it) => it.person === person)
        return known ?? { person, share: '' }
      }),
    })
  const share = (of: OwnerDraft, typed: string | number) =>
    change({ owners: keyResult.owners.map((it) => (it.person === of.person ? { ...it, share: typed } : it)) })
  return (
    <>
      <PeoplePicker
        label={text.owners}
        hint={text.ownersHint}
        error={errorAt(errors, `${place}.owners`)}
        value={keyResult.owners.map((it) => it.person)}
        onChange={pick}
      />
      {keyResult.owners.length > 1 && (
        <div className="edit-pair">
          {keyResult.owners.map((it) => (
            <NumberInput
              key={it.person}
              label={text.share(named.get(it.person) ?? '?')}
              placeholder="1"
              min={0}
              value={it.share}
              onChange={(typed) => share(it, typed)}
            />
          ))}
        </div>
      )}
    </>
  )
}

function Plan({ keyResult, place, errors, change }: MoreProps) {
  const text = useText()
  const { plan } = keyResult
  const set = (number: number, changed: Partial<(typeof plan)[number]>) =>
    change({ plan: plan.map((it, at) => (at === number ? { ...it, ...changed } : it)) })
  return (
    <fieldset className="edit-plan">
      <legend>{text.plan}</legend>
      <span className="hint mute">{text.planHint}</span>
      {plan.map((it, number) => (
        <div className="edit-point" key={number}>
          <TextInput
            type="date"
            aria-label={text.planDay(number + 1)}
            error={errorAt(errors, `${place}.plan[${number}].day`)}
            value={it.day}
            onChange={(event) => set(number, { day: event.currentTarget.value })}
          />
          <NumberInput
            aria-label={text.planShare(number + 1)}
            min={0}
            max={100}
            suffix=" %"
            error={errorAt(errors, `${place}.plan[${number}].share`)}
            value={it.share}
            onChange={(share) => set(number, { share })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={text.remove(text.planDay(number + 1))}
            onClick={() => change({ plan: plan.filter((_, at) => at !== number) })}
          >
            <X size={15} />
          </ActionIcon>
        </div>
      ))}
      {errorAt(errors, `${place}.plan`) !== undefined && plan.length === 0 && (
        <span className="edit-error">{errorAt(errors, `${place}.plan`)}</span>
      )}
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<Plus size={14} aria-hidden />}
        onClick={() => change({ plan: [...plan, { day: '', share: '' }] })}
      >
        {text.addPlanPoint}
      </Button>
    </fieldset>
  )
}
