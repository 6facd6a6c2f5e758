import { Text, Title } from '@mantine/core'
import { useGet } from '../api'
import { useFormat } from '../i18n'
import { useText } from './text'

/** What happened on an objective and its key results: what, who and when, the newest first. */
export function History({ id }: { id: string }) {
  const text = useText()
  const format = useFormat()
  const { data } = useGet('/v1/objectives/{ref}/history', { path: { ref: id }, query: { limit: 50 } })
  return (
    <section aria-label={text.history}>
      <Title order={3} size="h5" mb="xs">
        {text.history}
      </Title>
      {data?.items.length === 0 && <Text className="mute">{text.nothing}</Text>}
      <ol className="history">
        {data?.items.map((it) => (
          <li key={it.event_id}>
            <Text size="sm">{it.summary}</Text>
            {it.comment && <Text size="sm">{it.comment}</Text>}
            <Text size="xs" className="mute">
              {text.by(it.actor?.name ?? it.actor?.handle ?? '?', format.instant(it.recorded_at))}
            </Text>
          </li>
        ))}
      </ol>
    </section>
  )
}
