import { Button, Stack, Text } from '@mantine/core'
import type { Schema } from '../../api'
import { ClosingActions, useNextStep, type Step } from '../../cycle-closing'
import { Card, ProblemNotice } from '../../ui'
import { useText } from './text'

const NEXT: Partial<Record<Schema['CycleState'], Step>> = { planning: 'start', active: 'review' }

/** The next step of a cycle’s life, with what it means. What ends it, and what undoes that, has a page and a question of its own. */
export function Steps({ cycle }: { cycle: Schema['Cycle'] }) {
  const text = useText()
  const step = NEXT[cycle.state]
  return (
    <Card title={text.nextStep}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{text.about[cycle.state]}</Text>
        {step === undefined ? <ClosingActions cycle={cycle} /> : <StepButton cycle={cycle} step={step} />}
      </Stack>
    </Card>
  )
}

function StepButton({ cycle, step }: { cycle: Schema['Cycle']; step: Step }) {
  const text = useText()
  const take = useNextStep(cycle)
  return (
    <>
      <ProblemNotice error={take.error} />
      <Button size="xs" variant="default" loading={take.isPending} onClick={() => take.mutate(step)}>
        {text.steps[step]}
      </Button>
    </>
  )
}
