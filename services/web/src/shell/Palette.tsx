import { spotlight, Spotlight } from '@mantine/spotlight'
import '@mantine/spotlight/styles.css'
import { useNavigate } from '@tanstack/react-router'
import { History, Target } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { useGet } from '../api'
import { useTimeCommands } from '../time-travel'
import { usePages } from './navigation'
import { useText } from './text'

export const openPalette = () => spotlight.open()

/** Ctrl-K: pages by name, objectives by their words. */
export function Palette() {
  const text = useText()
  const navigate = useNavigate()
  const [typed, setTyped] = useState('')
  const words = useDeferredValue(typed.trim())
  const found = useGet('/v1/objectives', { query: { text: words, limit: 8 } }, { enabled: words.length > 1 })
  const isMeant = (name: string) => name.toLowerCase().includes(typed.trim().toLowerCase())
  const pages = usePages().filter(({ name }) => isMeant(text.pages[name]))
  const times = useTimeCommands().filter(({ label }) => isMeant(label))
  const objectives = words.length > 1 ? (found.data?.items ?? []) : []
  return (
    <Spotlight.Root query={typed} onQueryChange={setTyped} shortcut="mod + K" lockScroll={false}>
      <Spotlight.Search
        placeholder={text.search}
        aria-label={text.search}
        leftSection={<Target size={16} aria-hidden />}
      />
      <Spotlight.ActionsList>
        {pages.map(({ to, name, icon: Icon }) => (
          <Spotlight.Action
            key={to}
            label={text.pages[name]}
            leftSection={<Icon size={16} aria-hidden />}
            onClick={() => void navigate({ to })}
          />
        ))}
        {objectives.map((it) => (
          <Spotlight.Action
            key={it.id}
            label={it.title}
            description={it.cycle.name ?? ''}
            onClick={() => void navigate({ to: '/objectives', search: { cycle: it.cycle.id, open: it.id } })}
          />
        ))}
        {times.map(({ label, act }) => (
          <Spotlight.Action key={label} label={label} leftSection={<History size={16} aria-hidden />} onClick={act} />
        ))}
        {pages.length + times.length + objectives.length === 0 && <Spotlight.Empty>{text.nothing}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}
