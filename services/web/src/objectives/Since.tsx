import { ArrowRight, CornerDownRight, Flag, Minus, Plus } from 'lucide-react'
import { useFormat } from '../i18n'
import { Progress, Status, useUiText } from '../ui'
import type { Change } from './difference'
import { useText } from './text'

/** What became of an objective since then, beside its title. */
export function SinceTitle({ change }: { change: Change | undefined }) {
  const text = useText()
  if (change === undefined) return null
  const { kinds, now } = change
  const under = now?.parent?.objective?.title ?? now?.parent?.key_result?.title
  return (
    <>
      {kinds.has('appeared') && <Mark icon={Plus} name={text.appeared} kind="appeared" />}
      {kinds.has('gone') && <Mark icon={Minus} name={text.gone} kind="gone" />}
      {kinds.has('moved') && (
        <Mark icon={CornerDownRight} name={under === undefined ? text.movedToTop : text.movedTo(under)} kind="moved" />
      )}
      {kinds.has('ended') && now && <Mark icon={Flag} name={text.endedAs(text.states[now.state])} kind="moved" />}
    </>
  )
}

type MarkProps = { icon: typeof Plus; name: string; kind: 'appeared' | 'gone' | 'moved' }

function Mark({ icon: Icon, name, kind }: MarkProps) {
  return (
    <span className={`since since-${kind}`} title={name}>
      <Icon size={12} aria-hidden />
      <span className="ellipsis">{name}</span>
    </span>
  )
}

/** A status then, and what it is now where it turned. */
export function SinceStatus({ then, change }: { then: Change['then']; change: Change | undefined }) {
  const text = useText()
  const turned = change?.kinds.has('status') === true
  return (
    <span className="since-status">
      <Status value={then?.status ?? null} />
      {turned && (
        <>
          <ArrowRight size={13} aria-label={text.now} className="mute" />
          <Status value={change.now?.status ?? null} />
        </>
      )}
    </span>
  )
}

/** A progress then and now, on one bar. */
export function SinceProgress({ then, change }: { then: Change['then']; change: Change | undefined }) {
  const text = useText()
  const ui = useUiText()
  const format = useFormat()
  if (change?.kinds.has('progress') !== true) return <Progress value={then?.progress ?? null} />
  const share = (value: number | null | undefined) => Math.min(1, Math.max(0, value ?? 0))
  const said = (value: number | null | undefined) => (value == null ? ui.noNumber : format.percent(share(value)))
  const [from, to] = [then?.progress, change.now?.progress]
  const [low, high] = [Math.min(share(from), share(to)), Math.max(share(from), share(to))]
  return (
    <span className="progress">
      <span className="progress-bar" aria-hidden>
        <i style={{ width: `${low * 100}%` }} />
        <i
          className={share(to) < share(from) ? 'since-less' : 'since-more'}
          style={{ left: `${low * 100}%`, width: `${(high - low) * 100}%` }}
        />
      </span>
      <span className="progress-number since-number">
        {said(from)} <ArrowRight size={11} aria-label={text.now} /> <b>{said(to)}</b>
      </span>
    </span>
  )
}
