import type { InputWrapperProps } from '@mantine/core'
import { Lightbulb, TriangleAlert } from 'lucide-react'
import { sentence, type Finding } from './coach'
import { useText } from './text'

/** What the coach says beside a field: what it sees, and what it suggests. It keeps nobody from anything. */
export function Findings({ findings }: { findings: readonly Finding[] }) {
  const text = useText()
  return findings.map((it) => {
    const Icon = it.severity === 'warning' ? TriangleAlert : Lightbulb
    const words = text.rules[it.rule] ?? it
    return (
      <span key={`${it.rule} ${it.says}`} className={`finding finding-${it.severity}`}>
        <Icon size={14} aria-hidden />
        <span>
          <b>{sentence(words.says)}</b> {words.suggests}
        </span>
      </span>
    )
  })
}

/** A hint and what the coach says, below an input and read with it. */
export function noted(
  hint: string | undefined,
  findings: readonly Finding[] = [],
): Pick<InputWrapperProps, 'description' | 'inputWrapperOrder'> {
  const description =
    findings.length > 0 ? (
      <>
        {hint !== undefined && <span className="hint">{hint}</span>}
        <Findings findings={findings} />
      </>
    ) : (
      hint
    )
  return { description, inputWrapperOrder: ['label', 'input', 'error', 'description'] }
}
