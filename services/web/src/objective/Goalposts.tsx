import { Text } from '@mantine/core'
import { useGet } from '../api'
import { useFormat } from '../i18n'
import { goalpostText } from './goalpost'
import { useChangedText } from './history/words'
import { useText } from './text'

/** What of a key result was moved while its objective was active: what it was at first, what it is, who moved it last and when. */
export function Goalposts({ keyResultId }: { keyResultId: string }) {
  const text = useText()
  const format = useFormat()
  const told = useChangedText()
  const { data } = useGet('/v1/key-results/{ref}', { path: { ref: keyResultId } })
  const moved = data?.goalposts ?? []
  if (moved.length === 0) return null
  return (
    <ul className="goalposts" aria-label={text.goalposts.all}>
      {moved.map((it) => (
        <Text key={it.field} component="li" size="xs">
          <span className="mute">{text.fields[it.field] ?? it.field}</span> {goalpostText(it, told, format, text)}
        </Text>
      ))}
    </ul>
  )
}
