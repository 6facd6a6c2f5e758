import { useCallback } from 'react'
import type { Schema } from '../../api'
import { useFormat } from '../../i18n'
import { useText } from '../text'

/** What a field said, as its reader would write it; null: nothing. */
export function useChangedText() {
  const text = useText()
  const format = useFormat()
  return useCallback(
    (said: Schema['ChangedValue'] | null): string | null => {
      if (said === null) return null
      if (said.number !== null) return format.number(said.number)
      if (said.day !== null) return format.day(said.day)
      if (said.word !== null) return text.words[said.word] ?? said.word
      if (said.people.length > 0) return said.people.map((it) => it.name ?? it.handle ?? '?').join(', ')
      if (said.items.length > 0) return said.items.join(', ')
      return said.text ?? said.team?.name ?? said.pillar?.title ?? said.cycle?.name ?? said.objective?.title ?? null
    },
    [text, format],
  )
}
