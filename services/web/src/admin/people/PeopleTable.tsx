import { useRef, type KeyboardEvent } from 'react'
import type { Schema } from '../../api'
import { PersonLink } from '../../ui'
import { useText } from './text'

type PeopleTableProps = {
  people: readonly Schema['Person'][]
  open: string | undefined
  onOpen: (handle: string) => void
}

/** People, one a row. Arrows go from one to the next, Enter opens them beside the list. */
export function PeopleTable({ people, open, onOpen }: PeopleTableProps) {
  const text = useText()
  const list = useRef<HTMLTableSectionElement>(null)
  const step = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>('.admin-open') ?? [])]
    const at = buttons.findIndex((it) => it === document.activeElement)
    if (by === 0 || at < 0) return
    event.preventDefault()
    buttons[at + by]?.focus()
  }
  return (
    <table className="data">
      <caption className="visually-hidden">{text.title}</caption>
      <thead>
        <tr>
          {[text.name, text.email, text.role, text.teams, text.manager].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the keys of what is in it */}
      <tbody ref={list} onKeyDown={step}>
        {people.map((it) => (
          <Row
            key={it.id}
            person={it}
            open={it.handle === open || it.id === open}
            onOpen={() => onOpen(it.handle ?? it.id)}
          />
        ))}
      </tbody>
    </table>
  )
}

function Row({ person, open, onOpen }: { person: Schema['Person']; open: boolean; onOpen: () => void }) {
  const text = useText()
  const { name, handle } = person
  return (
    <tr className={open ? 'admin-row-open' : undefined}>
      <th scope="row">
        <button type="button" className="admin-open" aria-pressed={open} onClick={onOpen}>
          {name ?? handle ?? text.forgotten}
        </button>
        <span className="admin-under mute">
          {[name !== null && handle, person.state === 'left' && text.states.left, person.invited && text.states.invited]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </th>
      <td className="admin-email">{person.email}</td>
      <td>{person.roles.map((it) => text.roles[it]).join(', ')}</td>
      <td>{person.teams.map((it) => it.name).join(', ')}</td>
      <td>{person.manager !== null && <PersonLink person={person.manager} />}</td>
    </tr>
  )
}
