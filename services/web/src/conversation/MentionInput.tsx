import { Combobox, Textarea, useCombobox } from '@mantine/core'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useGet } from '../api'
import { Person } from '../ui'
import { mentionAt, withMention } from './threads'
import { useText } from './text'

const SHOWN = 6

/** A text in which an @ offers people: arrows choose one, Enter takes them. */
export function MentionInput(props: {
  label: string
  value: string
  onChange: (value: string) => void
  focused?: boolean
}) {
  const { label, value, onChange, focused = false } = props
  const text = useText()
  const combobox = useCombobox()
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (focused) field.current?.focus()
  }, [focused])
  const [chosen, setChosen] = useState(0)
  const [caret, setCaret] = useState(0)
  const typed = mentionAt(value, caret)
  const people = useGet('/v1/people', { query: { limit: 1000, state: ['active'] } }, { enabled: typed !== null })
  const word = (typed ?? '').toLowerCase()
  const offered = (people.data?.items ?? [])
    .filter((it) => it.handle !== null && `${it.handle} ${it.name ?? ''}`.toLowerCase().includes(word))
    .slice(0, SHOWN)
  const open = typed !== null && offered.length > 0 && combobox.dropdownOpened
  const take = (handle: string) => {
    const said = withMention(value, caret, handle)
    onChange(said.text)
    setCaret(said.caret)
    combobox.closeDropdown()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return
    const step = (by: number) => setChosen((chosen + by + offered.length) % offered.length)
    if (event.key === 'ArrowDown') step(1)
    else if (event.key === 'ArrowUp') step(-1)
    else if (event.key === 'Enter') take(offered[chosen]?.handle ?? '')
    else if (event.key === 'Escape') combobox.closeDropdown()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <Combobox store={combobox} onOptionSubmit={take} withinPortal={false}>
      <Combobox.EventsTarget withKeyboardNavigation={false}>
        <Textarea
          ref={field}
          label={label}
          autosize
          minRows={2}
          maxLength={10_000}
          value={value}
          onKeyDown={onKeyDown}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
          onBlur={() => combobox.closeDropdown()}
          onChange={(event) => {
            onChange(event.target.value)
            setCaret(event.target.selectionStart)
            if (mentionAt(event.target.value, event.target.selectionStart) === null) combobox.closeDropdown()
            else {
              combobox.openDropdown()
              setChosen(0)
            }
          }}
        />
      </Combobox.EventsTarget>
      <Combobox.Dropdown hidden={!open}>
        <Combobox.Options aria-label={text.people}>
          {offered.map((it, place) => (
            <Combobox.Option
              key={it.id}
              value={it.handle ?? ''}
              aria-selected={place === chosen}
              data-combobox-selected={place === chosen || undefined}
            >
              <Person person={it} />
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
