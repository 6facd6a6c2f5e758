import { useFormat } from '../i18n'
import { useUiText } from './text'

/** A progress as a bar and its number, of 0 to 1; null: there is none. */
export function Progress({ value }: { value: number | null }) {
  const format = useFormat()
  const text = useUiText()
  if (value === null)
    return (
      <span className="mute" title={text.noNumber}>
        –
      </span>
    )
  const shown = Math.min(1, Math.max(0, value))
  return (
    <span className="progress">
      <span className="progress-bar" aria-hidden>
        <i style={{ width: `${shown * 100}%` }} />
      </span>
      <span className="progress-number">{format.percent(shown)}</span>
    </span>
  )
}
