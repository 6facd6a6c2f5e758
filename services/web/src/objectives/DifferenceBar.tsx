import { Button, Group } from '@mantine/core'
import { useLanguage } from '../i18n'
import { KINDS, type Difference, type Kind } from './difference'
import { SIGNS } from './Since'
import { useText } from './text'

type DifferenceBarProps = {
  difference: Difference
  chosen: Kind | undefined
  onChoose: (kind: Kind | undefined) => void
}

/** What is different now from then, counted; each is a filter. */
export function DifferenceBar({ difference, chosen, onChoose }: DifferenceBarProps) {
  const text = useText()
  const number = new Intl.NumberFormat(useLanguage())
  const kinds = KINDS.filter((kind) => difference.counts.has(kind) || kind === chosen)
  return (
    <Group gap={6} role="group" aria-label={text.since} className="difference-bar">
      <span className="mute">{kinds.length === 0 ? text.sinceNothing : text.since}</span>
      {kinds.map((kind) => {
        const Sign = SIGNS[kind]
        return (
          <Button
            key={kind}
            size="compact-sm"
            variant={kind === chosen ? 'filled' : 'default'}
            leftSection={<Sign size={13} aria-hidden />}
            aria-pressed={kind === chosen}
            onClick={() => onChoose(kind === chosen ? undefined : kind)}
          >
            {text.kinds[kind]} {number.format(difference.counts.get(kind) ?? 0)}
          </Button>
        )
      })}
    </Group>
  )
}
