import { ArrowDown, ArrowUp } from 'lucide-react'
import { useFormat } from '../i18n'
import { useUiText } from './text'

/** By how many points of a hundred a progress moved; by its sign and its arrow, never by colour alone. */
export function Delta({ value }: { value: number | null }) {
  const format = useFormat()
  const text = useUiText()
  const points = value === null ? 0 : Math.round(value * 100)
  if (points === 0) return <span className="delta mute">{text.unmoved}</span>
  const Arrow = points > 0 ? ArrowUp : ArrowDown
  return (
    <span className={points > 0 ? 'delta delta-up' : 'delta delta-down'}>
      <Arrow size={13} aria-hidden />
      {text.points(`${points > 0 ? '+' : '−'}${format.number(Math.abs(points))}`)}
    </span>
  )
}
