import { Title } from '@mantine/core'
import type { Schema } from '../../api'
import { useFormat } from '../../i18n'
import { PersonLink, ProblemNotice } from '../../ui'
import { useTurns } from './queries'
import { useText } from './text'
import { said } from './values'

/** What a setting was let to say, from which day on, by whom and when; the newest first. */
export function History({ setting }: { setting: Schema['Setting'] }) {
  const text = useText()
  const format = useFormat()
  const { turns, error, refetch } = useTurns(setting.name)
  return (
    <section aria-label={text.history}>
      <Title order={3} size="h5" mb={4}>
        {text.history}
      </Title>
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {turns?.length === 0 && <p className="mute">{text.neverChanged}</p>}
      <ul className="lines">
        {turns?.map((it) => (
          <li className="line" key={it.id}>
            <span className="line-what">
              <span>{said(setting.name, it.value, text, format)}</span>
              <span className="line-about mute">
                {it.holds_from !== null && `${text.since(format.day(it.holds_from))} · `}
                {text.saidAt(format.instant(it.recorded_at))}
              </span>
            </span>
            <PersonLink person={it.by} />
          </li>
        ))}
      </ul>
    </section>
  )
}
