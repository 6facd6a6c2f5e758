import { Avatar } from '@mantine/core'
import type { Schema } from '../api'
import { useUiText } from './text'

/** Somebody by name. */
export function Person({ person }: { person: Schema['PersonName'] | null }) {
  const text = useUiText()
  if (person === null) return <span className="mute">{text.nobody}</span>
  const name = person.name ?? person.handle ?? '?'
  return (
    <span className="person">
      <Avatar name={name} color="initials" size={22} radius="xl" aria-hidden alt="" />
      <span className="ellipsis">{name}</span>
    </span>
  )
}
