import { Loader } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { Schema } from '../../api'
import { useFormat } from '../../i18n'
import { Page, ProblemNotice, useUiText } from '../../ui'
import { useSettings } from './queries'
import { SettingPanel } from './SettingPanel'
import './settings.css'
import { useText } from './text'
import { said, wordsOf } from './values'

/** What the company has settled for all of its objectives: each with what it means, its default, and since when it says so. */
export function SettingsPage() {
  const text = useText()
  const ui = useUiText()
  const { open: named } = useSearch({ from: '/shell/admin/settings' })
  const navigate = useNavigate({ from: '/admin/settings' })
  const { data, error, refetch } = useSettings()
  const show = (open: string | undefined) => void navigate({ search: (before) => ({ ...before, open }) })
  const open = data?.items.find((it) => it.name === named)
  return (
    <div className={open === undefined ? 'beside' : 'beside beside-open'}>
      <Page title={text.title}>
        <p className="mute settings-about">{text.about}</p>
        <ProblemNotice error={error} onRetry={() => void refetch()} />
        {data === undefined && error === null && <Loader aria-label={ui.loading} mx="auto" my="xl" />}
        <ul className="settings">
          {data?.items.map((it) => (
            <Row key={it.name} setting={it} open={it === open} onOpen={() => show(it.name)} />
          ))}
        </ul>
      </Page>
      {open !== undefined && <SettingPanel key={open.name} setting={open} onClose={() => show(undefined)} />}
    </div>
  )
}

function Row({ setting, open, onOpen }: { setting: Schema['Setting']; open: boolean; onOpen: () => void }) {
  const text = useText()
  const format = useFormat()
  const { name, about } = wordsOf(setting, text)
  const isDefault = setting.value === setting.default
  return (
    <li>
      <button type="button" className="setting" aria-pressed={open} onClick={onOpen}>
        <span className="setting-what">
          <b>{name}</b>
          <span className="mute">{about}</span>
        </span>
        <span className="setting-says">
          <span>{said(setting.name, setting.value, text, format)}</span>
          <span className="mute">
            {isDefault ? text.isDefault : text.defaultIs(said(setting.name, setting.default, text, format))}
            {setting.since !== null && ` · ${text.since(format.day(setting.since))}`}
          </span>
        </span>
      </button>
    </li>
  )
}
