import type { Draft, KeyResultDraft } from './draft'

/**
 * A field that somebody else has changed meanwhile, to something else than what was typed here.
 * The field `gone` of a key result: what was typed is of one that somebody else has given up or moved.
 */
export type Conflict = { keyResult: string | null; title: string; field: string; mine: unknown; theirs: unknown }

const GONE = 'gone'

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** What was typed, on top of what somebody else did meanwhile: what is typed stays, what is not is as it is now; and where both differ. */
export function rebase(base: Draft, mine: Draft, theirs: Draft): { draft: Draft; conflicts: Conflict[] } {
  const conflicts: Conflict[] = []
  const { keyResults: baseKeyResults, ...ofBase } = base
  const { keyResults: myKeyResults, ...ofMine } = mine
  const { keyResults: theirKeyResults, ...ofTheirs } = theirs
  const objective = merged(ofBase, ofMine, ofTheirs, (field, a, b) =>
    conflicts.push({ keyResult: null, title: mine.title, field, mine: a, theirs: b }),
  )
  const before = new Map(baseKeyResults.map((each) => [each.id, each]))
  const now = new Map(theirKeyResults.map((each) => [each.id, each]))
  const kept = myKeyResults.flatMap((each): KeyResultDraft[] => {
    const [its, other] = [before.get(each.id), now.get(each.id)]
    if (each.id === null || its === undefined) return [each]
    const note = (field: string, a: unknown, b: unknown) =>
      conflicts.push({ keyResult: each.key, title: each.title, field, mine: a, theirs: b })
    if (other === undefined) {
      if (same(its, { ...each, key: its.key })) return []
      note(GONE, each.title, null)
      return [{ ...each, id: null, reference: '' }] // defined anew when it is saved; the reference is still the other's
    }
    return [{ ...merged(its, each, other, note), key: each.key }]
  })
  const known = new Set([...before.keys(), ...myKeyResults.map((each) => each.id)])
  const added = theirKeyResults.filter((each) => !known.has(each.id))
  return { draft: { ...objective, keyResults: [...kept, ...added] }, conflicts }
}

function merged<Fields extends object>(
  base: Fields,
  mine: Fields,
  theirs: Fields,
  note: (field: string, mine: unknown, theirs: unknown) => void,
): Fields {
  const result = { ...mine }
  for (const field of Object.keys(mine) as (keyof Fields & string)[]) {
    if (same(base[field], mine[field])) result[field] = theirs[field]
    else if (!same(base[field], theirs[field]) && !same(mine[field], theirs[field]))
      note(field, mine[field], theirs[field])
  }
  return result
}

/** The draft with their value at the place of a conflict. */
export function takeTheirs(draft: Draft, { keyResult, field, theirs }: Conflict): Draft {
  if (keyResult === null) return { ...draft, [field]: theirs }
  if (field === GONE) return { ...draft, keyResults: draft.keyResults.filter((each) => each.key !== keyResult) }
  return {
    ...draft,
    keyResults: draft.keyResults.map((each) => (each.key === keyResult ? { ...each, [field]: theirs } : each)),
  }
}
