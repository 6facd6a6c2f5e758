import { Button, Stack, Textarea } from '@mantine/core'
import { Pencil } from 'lucide-react'
import { useState, type SyntheticEvent } from 'react'
import type { Schema } from '../api'
import { Card, FormEnd, ProblemNotice } from '../ui'
import { useStateBoard } from './queries'
import { useText } from './text'

/** Mission and vision, in large: all else on the page follows from them. */
export function Statements({ board, mayEdit }: { board: Schema['VisionBoard']; mayEdit: boolean }) {
  const text = useText()
  const [editing, setEditing] = useState(false)
  const said = [
    { name: text.mission, what: board.mission, none: text.noMission },
    { name: text.vision, what: board.vision, none: text.noVision },
  ]
  const edit = mayEdit && !editing && (
    <Button
      size="compact-sm"
      variant="subtle"
      leftSection={<Pencil size={13} aria-hidden />}
      onClick={() => setEditing(true)}
    >
      {text.edit}
    </Button>
  )
  return (
    <Card title={text.whatFor} aside={edit} wide>
      {editing ? (
        <StatementsForm board={board} onClose={() => setEditing(false)} />
      ) : (
        <dl className="statements">
          {said.map(({ name, what, none }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className={what === null ? 'mute' : undefined}>{what ?? none}</dd>
            </div>
          ))}
        </dl>
      )}
    </Card>
  )
}

function StatementsForm({ board, onClose }: { board: Schema['VisionBoard']; onClose: () => void }) {
  const text = useText()
  const [mission, setMission] = useState(board.mission ?? '')
  const [vision, setVision] = useState(board.vision ?? '')
  const state = useStateBoard(onClose)
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    state.mutate({ mission: mission || null, vision: vision || null, version: board.version })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <Textarea
          label={text.mission}
          description={text.missionIs}
          data-autofocus
          autosize
          value={mission}
          onChange={(event) => setMission(event.target.value)}
        />
        <Textarea
          label={text.vision}
          description={text.visionIs}
          autosize
          value={vision}
          onChange={(event) => setVision(event.target.value)}
        />
        <ProblemNotice error={state.error} />
        <FormEnd submit={text.save} pending={state.isPending} leave={text.cancel} onLeave={onClose} />
      </Stack>
    </form>
  )
}
