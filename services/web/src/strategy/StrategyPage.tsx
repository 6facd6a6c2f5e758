import { Button, Loader } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { CycleSelect, useChosenCycle } from '../cycles'
import { Board, EmptyState, Page, ProblemNotice, useUiText } from '../ui'
import { PillarCard } from './PillarCard'
import { PillarForm } from './PillarForm'
import { useAddPillar, useBoard, useMayEdit } from './queries'
import { Statements } from './Statements'
import './strategy.css'
import { useText } from './text'

/** What the company is there for, what it wants to become, and by which pillars: each with its objectives of a cycle. */
export function StrategyPage() {
  const text = useText()
  const ui = useUiText()
  const { cycle: named } = useSearch({ from: '/shell/strategy' })
  const navigate = useNavigate({ from: '/strategy' })
  const { cycle, cycles } = useChosenCycle(named)
  const { data: board, error, refetch } = useBoard()
  const mayEdit = useMayEdit()
  const choose = (chosen: string) => void navigate({ search: (before) => ({ ...before, cycle: chosen }) })
  return (
    <Page title={text.title} actions={<CycleSelect cycle={cycle} cycles={cycles} onChange={choose} />}>
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {board === undefined ? (
        error === null && <Loader aria-label={ui.loading} mx="auto" my="xl" />
      ) : (
        <Board>
          <Statements key={board.version} board={board} mayEdit={mayEdit} />
          {board.pillars.map((pillar, place) => (
            <PillarCard
              key={pillar.id}
              pillar={pillar}
              before={board.pillars[place - 1]}
              behind={board.pillars.slice(place + 1)}
              version={board.version}
              cycle={cycle?.id}
              mayEdit={mayEdit}
            />
          ))}
          {board.pillars.length === 0 && (
            <EmptyState title={text.noPillars}>{mayEdit ? text.noPillarsNext : text.noPillarsAsk}</EmptyState>
          )}
          {mayEdit && <AddPillar version={board.version} />}
        </Board>
      )}
    </Page>
  )
}

function AddPillar({ version }: { version: number }) {
  const text = useText()
  const [adding, setAdding] = useState(false)
  const add = useAddPillar(() => setAdding(false))
  if (!adding)
    return (
      <div>
        <Button
          variant="default"
          size="sm"
          leftSection={<Plus size={15} aria-hidden />}
          onClick={() => setAdding(true)}
        >
          {text.add}
        </Button>
      </div>
    )
  return (
    <section className="card" aria-label={text.add}>
      <PillarForm
        error={add.error}
        pending={add.isPending}
        onSave={(said) => add.mutate({ ...said, version })}
        onCancel={() => setAdding(false)}
      />
    </section>
  )
}
