import { Goal } from 'lucide-react'
import { memo } from 'react'
import { useGet, type Schema } from '../api'
import type { Reportable } from '../check-in/draft'
import { useIsDrafted } from '../check-in/drafts'
import { QuickCheckIn } from '../check-in/QuickCheckIn'
import { useText as useCheckInText } from '../check-in/text'
import { useCheckIn, useWithPending } from '../check-in/useCheckIn'
import { useFormat } from '../i18n'
import { Person, Progress, Status } from '../ui'
import type { Column } from './columns'
import { RowFrame, type RowProps } from './RowFrame'
import { useText } from './text'

type KeyResult = Schema['TreeKeyResult']

type KeyResultRowProps = RowProps & {
  keyResult: KeyResult
  columns: readonly Column[]
  /** Whether one checks in on it here. */
  checkable: boolean
  checkingIn: boolean
}

/** A key result in the tree, and a check-in on it in the same line. */
export const KeyResultRow = memo(function KeyResultRow(props: KeyResultRowProps) {
  const { keyResult, columns, checkable, checkingIn, ...frame } = props
  const onCheckIn = (begin: boolean) => frame.acts.onCheckIn(frame.row, frame.index, begin)
  const text = useText()
  const words = useCheckInText()
  const drafted = useIsDrafted(keyResult.id)
  const { error, isPending, forgetLast } = useCheckIn(keyResult.id)
  const mark = error !== null ? text.notSaved : drafted ? text.typed : null
  return (
    <RowFrame {...frame} className={checkingIn ? ' tree-row-editing' : ''}>
      <div role="gridcell" className="tree-title" style={{ paddingLeft: (frame.row.level - 1) * 20 }}>
        <span className="tree-turn" />
        <Goal size={13} aria-hidden className="mute tree-key-result" />
        <span className="ellipsis">{keyResult.title}</span>
        {keyResult.cancelled && <span className="mute tree-state">{text.states.cancelled}</span>}
        {!checkingIn && mark !== null && (
          <span
            className={error === null ? 'mute tree-state' : 'tree-not-saved'}
            role={error === null ? undefined : 'alert'}
          >
            {mark}
          </span>
        )}
        {checkable && !checkingIn && (
          <button
            type="button"
            tabIndex={-1}
            className="tree-check-in"
            aria-label={`${words.checkIn}: ${keyResult.title}`}
            onClick={(event) => {
              event.stopPropagation()
              onCheckIn(true)
            }}
          >
            {words.checkIn}
          </button>
        )}
      </div>
      {checkingIn ? (
        <div role="gridcell" className="tree-cell-check-in" aria-colspan={columns.length}>
          <CheckInHere
            keyResult={keyResult}
            onSent={() => onCheckIn(false)}
            onLeave={() => {
              forgetLast()
              onCheckIn(false)
            }}
          />
        </div>
      ) : (
        columns.map((it) => (
          <div role="gridcell" key={it} className={`tree-cell-${it} ellipsis`}>
            {isPending && it === 'progress' ? (
              <Said keyResult={keyResult} />
            ) : (
              <Cell column={it} keyResult={keyResult} />
            )}
          </div>
        ))
      )}
    </RowFrame>
  )
})

function Cell({ column, keyResult }: { column: Column; keyResult: KeyResult }) {
  const format = useFormat()
  switch (column) {
    case 'ref':
      return keyResult.ref
    case 'owner':
      return keyResult.owners[0] === undefined ? null : <Person person={keyResult.owners[0].person} />
    case 'status':
      return <Status value={keyResult.status} />
    case 'progress':
      return <Progress value={keyResult.progress} />
    case 'grade':
      return keyResult.grade === null ? null : format.number(keyResult.grade)
    case 'team':
    case 'pace':
    case 'confidence':
    case 'coverage':
    case 'key_results':
      return null
  }
}

/** What was just said of it, until the gateway's answer shows it. */
function Said({ keyResult }: { keyResult: KeyResult }) {
  const { data } = useGet('/v1/key-results/{ref}', { path: { ref: keyResult.id } })
  return data === undefined ? <Progress value={keyResult.progress} /> : <SaidOf keyResult={data} />
}

function SaidOf({ keyResult }: { keyResult: Schema['KeyResult'] }) {
  return <Progress value={useWithPending(keyResult).progress} />
}

/** The tree does not tell a key result's unit, aim and confidence: they are asked for once one checks in, and nothing waits for them. */
function CheckInHere(props: { keyResult: KeyResult; onSent: () => void; onLeave: () => void }) {
  const { data } = useGet('/v1/key-results/{ref}', { path: { ref: props.keyResult.id } })
  const known: Reportable = data ?? { ...props.keyResult, ...UNTOLD }
  return <QuickCheckIn {...props} keyResult={known} />
}

const UNTOLD = { start: null, target: null, unit: null, confidence: null }
