import { List, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Reportable } from './draft'
import { useText } from './text'

/** What a sum is added up from: there one checks in, and not on the sum. */
export function Feeds({ keyResult }: { keyResult: Reportable }) {
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
            {it.kind === 'kpi' ? (
              <>
                {it.title} <span className="mute">{text.kpi}</span>
              </>
            ) : (
              <Link className="link" to="/check-ins" search={{ at: it.id }}>
                {it.title}
              </Link>
            )}
          </List.Item>
        ))}
      </List>
    </>
  )
}
