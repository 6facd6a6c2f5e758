import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { body, client, type Schema } from '../api'
import { amountOf, type Draft } from './draft'
import { errorAt, type FieldErrors } from './fieldErrors'

export type Finding = Schema['Finding']

/** Milliseconds without a key pressed after which the coach is asked. */
const PAUSE = 500

/** The draft as the coach looks at it: objective 1, its key results by their keys. Without a title there is nothing to look at. */
export function coachedDraft(draft: Draft): Schema['DraftObjective'] | null {
  if (draft.title.trim() === '') return null
  return {
    ref: 'objective',
    title: draft.title.trim(),
    level: draft.level,
    team: draft.team,
    cycle: draft.cycle,
    owner: draft.owner === '' ? undefined : draft.owner,
    due_day: draft.dueDay === '' ? undefined : draft.dueDay,
    parent: draft.parent?.id,
    key_results: draft.keyResults
      .filter((each) => each.title.trim() !== '')
      .map((each) => ({
        ref: each.key,
        title: each.title.trim(),
        measure: each.measure,
        owner: each.owners[0]?.person,
        due_day: each.dueDay === '' ? undefined : each.dueDay,
        start: amountOf(each.start),
        target: amountOf(each.target),
      })),
  }
}

/** What the coach says of what is typed, a moment after the last key. */
export function useCoach(draft: Draft): readonly Finding[] {
  const [asked] = useDebouncedValue(JSON.stringify(coachedDraft(draft)), PAUSE)
  const { data } = useQuery({
    queryKey: ['coach', asked],
    enabled: asked !== 'null',
    placeholderData: keepPreviousData,
    queryFn: () =>
      body(client.POST('/v1/coach', { body: { objectives: [JSON.parse(asked) as Schema['DraftObjective']] } })),
  })
  return asked === 'null' ? NOTHING : (data?.findings ?? NOTHING)
}

const NOTHING: readonly Finding[] = []

const FIELDS: Readonly<Record<string, string>> = {
  'start-meets-target': 'target',
  'no-owner': 'owner',
  'no-due-day': 'due_day',
  'too-many-key-results': 'key_results',
  'too-few-key-results': 'key_results',
  'no-parent': 'parent',
  'too-many-objectives': 'team',
}

const fieldOf = ({ rule }: Finding) => FIELDS[rule] ?? 'title'

/** What is said beside a field: of the objective (`ref` is `objective`), or of the key result of that key. */
export function findingsAt(findings: readonly Finding[], ref: string, field: string): Finding[] {
  return findings.filter((each) => each.ref === ref && fieldOf(each) === field)
}

/** What is said where nothing is wrong: at a field that has an error, that comes first. */
export function unlessWrong(findings: readonly Finding[], errors: FieldErrors, draft: Draft): Finding[] {
  return findings.filter((each) => {
    const field = fieldOf(each)
    if (field === 'key_results') return errors[field] === undefined
    const number = draft.keyResults.findIndex((it) => it.key === each.ref)
    return errorAt(errors, number < 0 ? field : `key_results[${number}].${field}`) === undefined
  })
}

/** A sentence as it begins: what was found may stand first, in small letters. */
export function sentence(says: string): string {
  return says.charAt(0).toLocaleUpperCase() + says.slice(1)
}
