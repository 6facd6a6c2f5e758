import { Link } from '@tanstack/react-router'
import type { Schema } from '../api'
import { Person } from './Person'

/** Somebody by name: it leads to their page. */
export function PersonLink({ person }: { person: Schema['PersonName'] | null }) {
  const handle = person?.handle
  if (handle === null || handle === undefined) return <Person person={person} />
  return (
    <Link to="/people/$handle" params={{ handle }} className="person-link">
      <Person person={person} />
    </Link>
  )
}
