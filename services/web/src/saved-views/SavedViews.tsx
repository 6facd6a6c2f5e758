import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Bookmark } from 'lucide-react'
import { useState } from 'react'
import { useCommands, type Command } from '../shell/commands'
import { useMayChange } from '../time-travel'
import { Menu } from './Menu'
import { Notice, type Told } from './Notice'
import { useLookedAt, useRemoveView, useReviseView, useViews } from './queries'
import './saved-views.css'
import { useText } from './text'
import { ChangedView, NewView } from './ViewForm'

/**
 * The views of a page that has filters: which one is on, those that there are, and what may be done with it. In the past one looks at them, and
 * changes none.
 */
export function SavedViews() {
  const text = useText()
  const navigate = useNavigate()
  const mayChange = useMayChange()
  const views = useViews()
  const { address, on, changed } = useLookedAt(views)
  const own = on !== undefined && views.own.includes(on) ? on : undefined
  const [form, setForm] = useState<'new' | 'changed' | null>(null)
  const [told, setTold] = useState<Told | null>(null)
  const close = () => setForm(null)
  const goOn = (saved: string | undefined) =>
    void navigate({ to: '.', search: (before) => ({ ...before, saved }), replace: true })
  const replace = useReviseView(() => own && setTold({ kind: 'replaced', name: own.name }))
  const remove = useRemoveView((removed) => {
    setTold({ kind: 'removed', view: removed })
    goOn(undefined)
  })
  const acts: Command[] = []
  if (mayChange && own && changed) {
    acts.push({ label: text.replace(own.name), act: () => replace.mutate({ id: own.id, address }) })
  }
  if (mayChange && (own === undefined || changed)) acts.push({ label: text.save, act: () => setForm('new') })
  if (mayChange && own) {
    acts.push({ label: text.change, act: () => setForm('changed') })
    acts.push({ label: text.remove(own.name), act: () => remove.mutate(own) })
  }
  useCommands(acts)
  return (
    <>
      <Menu views={views} on={on} acts={acts}>
        <Button
          className="views-button"
          size="compact-sm"
          h={28}
          variant="default"
          leftSection={<Bookmark size={14} aria-hidden fill={on && !changed ? 'currentColor' : 'none'} />}
          aria-label={on === undefined ? text.noneOn : text.on(on.name, changed)}
        >
          <span className="ellipsis">{on?.name ?? text.views}</span>
          {changed && ' '}
          {changed && <span className="views-changed">{text.changed}</span>}
        </Button>
      </Menu>
      {form === 'new' && (
        <NewView
          address={address}
          onClose={close}
          onSaved={({ id, name }) => {
            close()
            setTold({ kind: 'saved', name })
            goOn(id)
          }}
        />
      )}
      {form === 'changed' && own && <ChangedView view={own} onClose={close} />}
      <Notice
        told={told}
        error={replace.error ?? remove.error}
        onClose={() => {
          setTold(null)
          replace.reset()
          remove.reset()
        }}
        onBack={goOn}
      />
    </>
  )
}
