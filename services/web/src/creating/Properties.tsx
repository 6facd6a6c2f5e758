import { Collapse, NativeSelect, Select, Stack, TagsInput, TextInput, UnstyledButton } from '@mantine/core'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { useGet, type Schema } from '../api'
import { useFormat } from '../i18n'
import { findingsAt, type Finding } from './coach'
import type { Draft } from './draft'
import { errorAt, type FieldErrors } from './fieldErrors'
import { noted } from './Findings'
import { ParentPicker } from './ParentPicker'
import { PeoplePicker, PersonPicker } from './People'
import { useOpenCycles } from './queries'
import { useText } from './text'

export type PropertiesProps = {
  id: string | null
  draft: Draft
  errors: FieldErrors
  findings: readonly Finding[]
  change: (changed: Partial<Draft>) => void
}

const entries = <Key extends string>(names: Record<Key, string>) =>
  (Object.entries(names) as [Key, string][]).map(([value, label]) => ({ value, label }))

/** What an objective is beside its words: whose, of which cycle, what it serves. */
export function Properties(props: PropertiesProps) {
  const { id, draft, errors, findings, change } = props
  const text = useText()
  const teams = useGet('/v1/teams', { query: { limit: 1000 } })
  const at = (field: string) => findingsAt(findings, 'objective', field)
  return (
    <aside className="edit-side" aria-label={text.properties}>
      <Stack gap="sm">
        {id === null && <CycleField {...props} />}
        <PersonPicker
          label={text.owner}
          hint={text.ownerHint}
          findings={at('owner')}
          error={errorAt(errors, 'owner')}
          value={draft.owner}
          onChange={(owner) => change({ owner })}
        />
        <NativeSelect
          label={text.level}
          data={entries(text.levels)}
          value={draft.level}
          onChange={(event) => change({ level: event.currentTarget.value as Schema['Level'] })}
        />
        <Select
          label={text.team}
          {...noted(undefined, at('team'))}
          error={errorAt(errors, 'team')}
          searchable
          clearable
          nothingFoundMessage={text.nothingFound}
          data={(teams.data?.items ?? []).map((it) => ({ value: it.id, label: it.name }))}
          value={draft.team === '' ? null : draft.team}
          onChange={(team) => change({ team: team ?? '' })}
        />
        <ParentPicker
          label={text.parent}
          hint={text.parentHint}
          findings={at('parent')}
          error={errorAt(errors, 'parent')}
          value={draft.parent}
          onChange={(parent) => change({ parent })}
          without={id}
        />
        <NativeSelect
          label={text.kind}
          {...noted(text.kindsMean[draft.kind])}
          data={entries(text.kinds)}
          value={draft.kind}
          onChange={(event) => change({ kind: event.currentTarget.value as Schema['ObjectiveKind'] })}
        />
        <More {...props} />
      </Stack>
    </aside>
  )
}

function CycleField({ draft, errors, change }: PropertiesProps) {
  const text = useText()
  const format = useFormat()
  const cycles = useOpenCycles() ?? []
  const chosen = cycles.find((it) => it.id === draft.cycle)
  const days =
    chosen?.first_day && chosen.last_day
      ? text.cycleDays(format.day(chosen.first_day), format.day(chosen.last_day))
      : undefined
  return (
    <Select
      label={text.cycle}
      {...noted(days)}
      required
      error={errorAt(errors, 'cycle')}
      allowDeselect={false}
      data={cycles.map((it) => ({ value: it.id, label: it.name }))}
      value={draft.cycle === '' ? null : draft.cycle}
      onChange={(cycle) => change({ cycle: cycle ?? '' })}
    />
  )
}

function More({ id, draft, errors, findings, change }: PropertiesProps) {
  const text = useText()
  const wrong = ['contributors', 'pillar', 'labels', 'reference', 'start_day', 'due_day', 'named_people'].some(
    (field) => errorAt(errors, field) !== undefined,
  )
  const [opened, setOpened] = useState(false)
  const open = opened || wrong
  const pillars = useGet('/v1/pillars', {})
  return (
    <>
      <UnstyledButton className="edit-more" aria-expanded={open} onClick={() => setOpened(!open)}>
        {open ? <ChevronDown size={16} aria-hidden /> : <ChevronRight size={16} aria-hidden />}
        {text.more}
      </UnstyledButton>
      <Collapse expanded={open}>
        <Stack gap="sm">
          <PeoplePicker
            label={text.contributors}
            error={errorAt(errors, 'contributors')}
            value={draft.contributors}
            onChange={(contributors) => change({ contributors })}
          />
          <div className="edit-pair">
            <TextInput
              type="date"
              label={text.startDay}
              error={errorAt(errors, 'start_day')}
              value={draft.startDay}
              onChange={(event) => change({ startDay: event.currentTarget.value })}
            />
            <TextInput
              type="date"
              label={text.dueDay}
              {...noted(undefined, findingsAt(findings, 'objective', 'due_day'))}
              error={errorAt(errors, 'due_day')}
              value={draft.dueDay}
              onChange={(event) => change({ dueDay: event.currentTarget.value })}
            />
          </div>
          <span className="hint mute">{text.daysHint}</span>
          <Select
            label={text.pillar}
            error={errorAt(errors, 'pillar')}
            clearable
            data={(pillars.data?.items ?? []).map((it) => ({ value: it.id, label: it.title }))}
            value={draft.pillar === '' ? null : draft.pillar}
            onChange={(pillar) => change({ pillar: pillar ?? '' })}
            placeholder={text.none}
          />
          <TagsInput
            label={text.labels}
            {...noted(text.labelsHint)}
            error={errorAt(errors, 'labels')}
            value={draft.labels}
            onChange={(labels) => change({ labels })}
          />
          <NativeSelect
            label={text.visibility}
            data={entries(text.visibilities)}
            value={draft.visibility}
            onChange={(event) => change({ visibility: event.currentTarget.value as Schema['Visibility'] })}
          />
          {draft.visibility === 'private' && (
            <PeoplePicker
              label={text.namedPeople}
              error={errorAt(errors, 'named_people')}
              value={draft.namedPeople}
              onChange={(namedPeople) => change({ namedPeople })}
            />
          )}
          <NativeSelect
            label={text.rollUp}
            data={entries(text.rollUps)}
            value={draft.rollUp}
            onChange={(event) => change({ rollUp: event.currentTarget.value as Schema['RollUp'] })}
          />
          {id === null && (
            <TextInput
              label={text.reference}
              {...noted(text.referenceHint)}
              error={errorAt(errors, 'reference')}
              value={draft.reference}
              onChange={(event) => change({ reference: event.currentTarget.value })}
            />
          )}
        </Stack>
      </Collapse>
    </>
  )
}
