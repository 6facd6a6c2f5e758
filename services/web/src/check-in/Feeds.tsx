import { List, Text } from '@mantine/core'
import type { Schema } from '../api'
import { useText } from './text'

/** What a sum is added up from: there one checks in, and not on the sum. */
export function Feeds({ keyResult }: { keyResult: Schema['KeyResult'] }) {
  const text = useText()
  const feeds = keyResult.feeds ?? []
  const followsKpi = feeds.length === 1 && feeds[0]?.kind === 'kpi'
  if (feeds.length === 0) return <Text size="sm">{text.nothingFeeds}</Text>
  return (
    <>
      <Text size="sm">{followsKpi ? text.isFollowing : text.isSum}</Text>
      <List size="sm" mt={4}>
        {feeds.map((it) => (
          <List.Item key={it.id}>
            {it.title} {it.kind === 'kpi' && <span className="mute">{text.kpi}</span>}
          </List.Item>
        ))}
      </List>
    </>
  )
}
