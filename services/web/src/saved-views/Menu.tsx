import { Menu as Dropdown, Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Bookmark, Check, Users } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Command } from '../shell/commands'
import { useMayChange } from '../time-travel'
import { ProblemNotice } from '../ui'
import { placeOfView, type View } from './address'
import type { Views } from './queries'
import { useText } from './text'

type MenuProps = { views: Views; on: View | undefined; acts: readonly Command[]; children: ReactNode }

/** Every view that there is, one's own first, and what may be done with the one that is on. */
export function Menu({ views: { own, others, error }, on, acts, children }: MenuProps) {
  const text = useText()
  const mayChange = useMayChange()
  return (
    <Dropdown
      position="bottom-start"
      width={300}
      shadow="md"
      returnFocus
      withinPortal={false}
      withInitialFocusPlaceholder={false}
    >
      <Dropdown.Target>{children}</Dropdown.Target>
      <Dropdown.Dropdown className="views-menu">
        <ProblemNotice error={error} />
        {own.length + others.length === 0 && error === null && (
          <Text size="sm" className="mute" px={10} py={6}>
            {mayChange ? text.none : text.noneThen}
          </Text>
        )}
        {own.length > 0 && <Dropdown.Label>{text.own}</Dropdown.Label>}
        {own.map((it) => (
          <Item
            key={it.id}
            view={it}
            on={it.id === on?.id}
            beside={it.shared ? <Users size={13} aria-label={text.shared} /> : null}
          />
        ))}
        {others.length > 0 && <Dropdown.Label>{text.others}</Dropdown.Label>}
        {others.map((it) => (
          <Item key={it.id} view={it} on={it.id === on?.id} beside={text.of(it.owner.name ?? it.owner.handle ?? '')} />
        ))}
        {acts.length > 0 && <Dropdown.Divider />}
        {acts.map(({ label, act }) => (
          <Dropdown.Item key={label} onClick={act}>
            {label}
          </Dropdown.Item>
        ))}
      </Dropdown.Dropdown>
    </Dropdown>
  )
}

function Item({ view, on, beside }: { view: View; on: boolean; beside: ReactNode }) {
  const navigate = useNavigate()
  return (
    <Dropdown.Item
      aria-current={on || undefined}
      leftSection={on ? <Check size={14} aria-hidden /> : <Bookmark size={14} aria-hidden />}
      rightSection={<span className="mute views-beside">{beside}</span>}
      onClick={() => void navigate(placeOfView(view))}
    >
      {view.name}
    </Dropdown.Item>
  )
}
