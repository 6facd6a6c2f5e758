import { Button, CloseButton, Kbd } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { Problem } from '../../api'
import { ProblemNotice } from '../../ui'
import { useText } from '../text'
import { titleOfPlace, type Place } from './places'
import type { Aligner } from './useAligning'

/** What is being aligned, what came of it, and what takes it back; told to whoever does not see it, too. */
export function AlignBar({ aligner }: { aligner: Aligner }) {
  const text = useText()
  const { taken, last, refused, failed, put, undo, leave, forget } = aligner
  useHotkeys([['mod+Z', undo]])
  const where = (to: Place) => (to === null ? text.align.top : titleOfPlace(to))
  const known = failed?.error instanceof Problem ? text.align.reasons[failed.error.reason] : undefined
  return (
    <div aria-live="polite">
      {failed !== null ? (
        <div className="act-bar">
          <span>{text.align.failed(failed.title)}</span>
          {known === undefined ? <ProblemNotice error={failed.error} /> : <b className="align-refused">{known}</b>}
          <CloseButton size="sm" aria-label={text.align.close} onClick={forget} />
        </div>
      ) : taken !== null ? (
        <div className="act-bar">
          <span>{text.align.taken(taken.title)}</span>
          {refused !== null && (
            <b role="alert" className="align-refused">
              {text.align.obstacles[refused.obstacle](refused.title, where(refused.to))}
            </b>
          )}
          {taken.parent !== null && (
            <Button size="compact-sm" variant="default" onClick={() => put(null)}>
              {text.align.toTop}
            </Button>
          )}
          <Button size="compact-sm" variant="default" onClick={leave}>
            {text.align.leave}
            <Kbd size="xs" ml={6}>
              Esc
            </Kbd>
          </Button>
        </div>
      ) : (
        last !== null && (
          <div className="act-bar">
            <span>
              {last.done.to === null
                ? text.align.doneToTop(last.done.title)
                : text.align.done(last.done.title, titleOfPlace(last.done.to))}
            </span>
            {last.before !== undefined && (
              <Button size="compact-sm" variant="default" onClick={undo}>
                {text.align.undo}
                <Kbd size="xs" ml={6}>
                  Ctrl Z
                </Kbd>
              </Button>
            )}
            <CloseButton size="sm" aria-label={text.align.close} onClick={forget} />
          </div>
        )
      )}
    </div>
  )
}
