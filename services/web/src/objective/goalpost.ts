import type { Schema } from '../api'
import type { Text } from './text/en'

type Told = (said: Schema['ChangedValue'] | null) => string | null
type Format = { day: (iso: string) => string; instant: (iso: string) => string; number: (value: number) => string }

/** How a goalpost was moved, in words that go on behind what it is called. */
export function goalpostText(moved: Schema['Goalpost'], told: Told, format: Format, text: Text): string {
  const say = text.goalposts
  const who = moved.moved_by?.name ?? moved.moved_by?.handle ?? '?'
  const when = moved.moved_on === null ? format.instant(moved.moved_at) : format.day(moved.moved_on)
  const [first, present] = [told(moved.first), told(moved.present)]
  const how =
    first === null && present === null
      ? say.changed(who, when)
      : first === present
        ? say.back(present ?? text.nothingThere, who, when)
        : say.moved(first ?? text.nothingThere, present ?? text.nothingThere, who, when)
  return moved.moves > 1 ? `${how} (${say.times(format.number(moved.moves))})` : how
}
