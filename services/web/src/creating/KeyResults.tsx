import { Button, Title } from '@mantine/core'
import { Plus } from 'lucide-react'
import { findingsAt, type Finding } from './coach'
import { newKeyResult, type Draft } from './draft'
import type { FieldErrors } from './fieldErrors'
import { Findings } from './Findings'
import { KeyResultCard } from './key-result/KeyResultCard'
import { useText } from './text'

type KeyResultsProps = {
  draft: Draft
  errors: FieldErrors
  findings: readonly Finding[]
  change: (changed: Partial<Draft>) => void
}

/** The key results of the form, one below the other. */
export function KeyResults({ draft, errors, findings, change }: KeyResultsProps) {
  const text = useText()
  const { keyResults } = draft
  return (
    <section className="edit-list" aria-label={text.keyResults}>
      <div>
        <Title order={2} size="h5">
          {text.keyResults}
        </Title>
        <span className="hint mute">{text.keyResultsHint}</span>
        <Findings findings={findingsAt(findings, 'objective', 'key_results')} />
        {errors.key_results !== undefined && <span className="edit-error">{errors.key_results}</span>}
      </div>
      {keyResults.map((it, number) => (
        <KeyResultCard
          key={it.key}
          keyResult={it}
          number={number}
          errors={errors}
          findings={findings}
          onChange={(changed) =>
            change({ keyResults: keyResults.map((each) => (each.key === it.key ? changed : each)) })
          }
          onRemove={() => change({ keyResults: keyResults.filter((each) => each.key !== it.key) })}
        />
      ))}
      <Button
        variant="default"
        leftSection={<Plus size={16} aria-hidden />}
        onClick={() => change({ keyResults: [...keyResults, newKeyResult(crypto.randomUUID())] })}
      >
        {text.addKeyResult}
      </Button>
    </section>
  )
}
