import { amountOf, isEmpty, newDraft, type Draft } from './draft'
import type { FieldErrors } from './fieldErrors'
import type { Text } from './text/en'

/**
 * What can be said without asking the gateway: what is missing. Everything else it says itself.
 * A day can be left out of a new objective, which has those of its cycle then, and is not taken away from one that has it.
 */
export function missingIn(draft: Draft, text: Text, base = newDraft()): FieldErrors {
  const errors: Record<string, string> = {}
  const need = (field: string, name: string, given: unknown) => {
    if (given === undefined || given === '') errors[field] = text.required(name)
  }
  need('title', text.title, draft.title.trim())
  need('cycle', text.cycle, draft.cycle)
  if (base.startDay !== '') need('start_day', text.startDay, draft.startDay)
  if (base.dueDay !== '') need('due_day', text.dueDay, draft.dueDay)
  draft.keyResults.forEach((each, number) => {
    if (isEmpty(each)) return
    const at = `key_results[${number}]`
    need(`${at}.title`, text.keyResultTitle, each.title.trim())
    if (each.measure === 'metric') need(`${at}.start`, text.start, amountOf(each.start))
    if (each.measure === 'metric' || each.measure === 'sum') {
      need(`${at}.target`, text.target, amountOf(each.target))
      if (amountOf(each.target) !== undefined && (amountOf(each.start) ?? 0) === amountOf(each.target)) {
        errors[`${at}.target`] = text.differ
      }
    }
    if (each.measure === 'maintain' && amountOf(each.low) === undefined && amountOf(each.high) === undefined) {
      errors[`${at}.low`] = text.someBound
    }
    if (each.measure === 'milestones') {
      each.milestones.forEach((it, place) =>
        need(`${at}.milestones[${place}].title`, text.milestone(place + 1), it.title.trim()),
      )
    }
  })
  return errors
}
