import { NumberInput, TextInput } from '@mantine/core'
import type { Schema } from '../../api'
import { useText } from '../text'
import { CycleField } from './CycleField'
import type { Said } from './useAction'

/** What a copy, or what carries an objective on, is called, and in which cycle it is drafted. */
export function WhatIsMade(props: {
  objective: Schema['Objective']
  carried: boolean
  said: Said
  onChange: (said: Said) => void
}) {
  const { objective, carried, said, onChange } = props
  const text = useText()
  const reached = objective.key_results.filter(
    (it) => it.measure === 'metric' && (it.progress_raw ?? 0) >= 1 && !it.cancelled,
  )
  return (
    <>
      <TextInput
        label={text.actions.title}
        required
        data-autofocus
        value={said.title}
        onChange={(event) => onChange({ ...said, title: event.target.value })}
      />
      <CycleField
        without={carried ? objective.cycle.id : null}
        value={said.cycle}
        onChange={(cycle) => onChange({ ...said, cycle })}
      />
      {carried &&
        reached.map((it) => (
          <NumberInput
            key={it.id}
            label={text.actions.target(it.title)}
            required
            suffix={it.unit ? ` ${it.unit}` : ''}
            value={said.targets[it.id] ?? ''}
            onChange={(value) => {
              const others = Object.fromEntries(Object.entries(said.targets).filter(([id]) => id !== it.id))
              const target = Number(value)
              if (value === '') onChange({ ...said, targets: others })
              else if (!Number.isNaN(target)) onChange({ ...said, targets: { ...others, [it.id]: target } })
            }}
          />
        ))}
    </>
  )
}
