import type { Schema } from '../api'
import { goalpostsOf, keyResultChange, newKeyResult, objectiveChange, parentRef, type Goalpost } from './bodies'
import type { Draft, KeyResultDraft } from './draft'

/** What an edit comes to, one command after the other. `place` is where its fields stand in the form. */
export type Step =
  | { does: 'revise'; place: ''; body: Schema['ObjectiveChange'] }
  | { does: 'define'; place: string; key: string; body: Schema['NewKeyResult'] }
  | { does: 'change'; place: string; id: string; body: Schema['KeyResultChange'] }
  | { does: 'cancel'; place: 'key_results'; id: string; body: Schema['Cancelling'] }
  | { does: 'align'; place: 'parent'; body: Schema['ParentRef'] }

/** The commands that make of an objective what was typed. The last one is the alignment: its version is not the objective's. */
export function stepsOf(before: Draft, now: Draft, holdsFrom = ''): Step[] {
  const dated = holdsFrom === '' ? {} : { holds_from: holdsFrom }
  const revised = objectiveChange(before, now)
  const known = new Map(before.keyResults.map((each) => [each.id, each]))
  const kept = new Set(now.keyResults.map((each) => each.id))
  const given_up = before.keyResults.filter((each) => !kept.has(each.id))
  return [
    ...(revised === null ? [] : [{ does: 'revise' as const, place: '' as const, body: { ...revised, ...dated } }]),
    ...now.keyResults.flatMap((each, number) => stepOf(known.get(each.id), each, `key_results[${number}]`, dated)),
    ...given_up.flatMap((each): Step[] =>
      each.id === null ? [] : [{ does: 'cancel', place: 'key_results', id: each.id, body: { reason: '', ...dated } }],
    ),
    ...(before.parent?.id === now.parent?.id
      ? []
      : [{ does: 'align' as const, place: 'parent' as const, body: { ...parentRef(now.parent), ...dated } }]),
  ]
}

function stepOf(
  before: KeyResultDraft | undefined,
  now: KeyResultDraft,
  place: string,
  dated: { holds_from?: string },
): Step[] {
  if (before === undefined || now.id === null) {
    return [{ does: 'define', place, key: now.key, body: { ...newKeyResult(now), ...dated } }]
  }
  const body = keyResultChange(before, now)
  return body === null ? [] : [{ does: 'change', place, id: now.id, body: { ...body, ...dated } }]
}

/** The goalposts that an edit moves, each by the title of its key result. */
export function movedGoalposts(before: Draft, now: Draft): { title: string; goalposts: Goalpost[] }[] {
  const known = new Map(before.keyResults.map((each) => [each.id, each]))
  return now.keyResults.flatMap((each) => {
    const its = each.id === null ? undefined : known.get(each.id)
    const goalposts = its === undefined ? [] : goalpostsOf(keyResultChange(its, each))
    return goalposts.length === 0 ? [] : [{ title: each.title, goalposts }]
  })
}
