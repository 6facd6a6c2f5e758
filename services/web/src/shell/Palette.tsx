import { createSpotlight, Spotlight, useSpotlight } from '@mantine/spotlight'
import '@mantine/spotlight/styles.css'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Bookmark, History, Target, Zap } from 'lucide-react'
import { useDeferredValue, useEffect, useState } from 'react'
import { get, useLooked } from '../api'
import { useCycleCommands } from '../cycle-closing/useCycleCommands'
import { usePreferenceCommands } from '../preferences'
import { useIsOperator } from '../sign-in/roles'
import { placeOfView } from '../saved-views'
import { useViewsFound } from '../saved-views/useViewsFound'
import { useMonthCommands, useTimeCommands } from '../time-travel'
import { useOffered } from './commands'
import { usePages } from './navigation'
import { useText } from './text'

const [store, palette] = createSpotlight()
export const openPalette = () => palette.open()

/** Ctrl-K: pages and saved views by name, objectives by their words, and what may be done on the page that is shown. */
export function Palette() {
  const text = useText()
  const navigate = useNavigate()
  const isOperator = useIsOperator()
  const [typed, setTyped] = useState('')
  const words = useDeferredValue(typed.trim())
  useLooked()
  const found = useQuery({
    ...get('/v1/objectives', { query: { text: words, limit: 8 } }),
    enabled: words.length > 1 && !isOperator,
    placeholderData: keepPreviousData, // from letter to letter the list is not empty: an Enter in between would be lost
  })
  const isMeant = (name: string) => name.toLowerCase().includes(typed.trim().toLowerCase())
  const pages = usePages().filter(({ name }) => isMeant(text.pages[name]))
  const times = useTimeCommands().filter(({ label }) => !isOperator && isMeant(label))
  const search = isOperator ? text.searchPages : text.search
  const months = useMonthCommands()
  const offered = [...useOffered(), ...useCycleCommands(), ...usePreferenceCommands(), ...(isOperator ? [] : months)]
  const acts = offered.filter(({ label }) => typed.trim() !== '' && isMeant(label))
  const views = useViewsFound(typed)
  const ofOtherWords = found.isPlaceholderData || words !== typed.trim()
  const known = words.length > 1 ? (found.data?.items ?? []) : []
  const objectives = known.filter(({ title }) => !ofOtherWords || isMeant(title))
  const count = pages.length + views.length + objectives.length + acts.length + times.length
  useFirstSelected()
  return (
    <Spotlight.Root
      store={store}
      query={typed}
      onQueryChange={setTyped}
      shortcut="mod + K"
      tagsToIgnore={[]} // in the middle of a field, too
      lockScroll={false}
    >
      <Spotlight.Search placeholder={search} aria-label={search} leftSection={<Target size={16} aria-hidden />} />
      <Spotlight.ActionsList>
        {pages.map(({ to, name, icon: Icon }) => (
          <Spotlight.Action
            key={to}
            label={text.pages[name]}
            leftSection={<Icon size={16} aria-hidden />}
            onClick={() => void navigate({ to })}
          />
        ))}
        {views.map(({ view, of }) => (
          <Spotlight.Action
            key={view.id}
            label={view.name}
            description={of}
            leftSection={<Bookmark size={16} aria-hidden />}
            onClick={() => void navigate(placeOfView(view))}
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
        {acts.map(({ label, act }, index) => (
          <Spotlight.Action
            key={`${label} ${index}`}
            label={label}
            leftSection={<Zap size={16} aria-hidden />}
            onClick={act}
          />
        ))}
        {times.map(({ label, act }) => (
          <Spotlight.Action key={label} label={label} leftSection={<History size={16} aria-hidden />} onClick={act} />
        ))}
        {count === 0 && <Spotlight.Empty>{text.nothing}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}

/**
 * Enter takes the first that is shown. Mantine selects it when one types: before React has shown what is found, and nothing where it comes
 * later, from the gateway.
 */
function useFirstSelected() {
  const { opened, listId } = useSpotlight(store)
  useEffect(() => {
    const list = opened ? document.getElementById(listId) : null
    if (list === null || list.querySelector('[data-selected]') !== null) return
    list.querySelector('[data-action]')?.setAttribute('data-selected', 'true')
    store.updateState((state) => ({ ...state, selected: 0 }))
  })
}
