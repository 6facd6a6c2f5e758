import { Textarea } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { AsOf } from './Details'
import type { Draft } from './draft'
import { useText } from './text'

type AbstentionProps = { draft: Draft; onChange: (changed: Partial<Draft>) => void; missing: boolean }

/** No value, and why. */
export function Abstention({ draft, onChange, missing }: AbstentionProps) {
  const text = useText()
  const reason = useRef<HTMLTextAreaElement>(null)
  useEffect(() => reason.current?.focus(), [])
  return (
    <>
      <Textarea
        ref={reason}
        label={text.abstainWhy}
        description={text.abstainHint}
        aria-required
        autosize
        maxLength={1000}
        value={draft.abstention ?? ''}
        error={missing && text.missing.reason}
        onChange={(event) => onChange({ abstention: event.target.value })}
      />
      <AsOf draft={draft} onChange={onChange} />
    </>
  )
}
