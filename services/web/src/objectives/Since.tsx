import { ArrowRight, CornerDownRight, Flag, Goal, Minus, Plus, RefreshCw, TrendingUp } from 'lucide-react'
import { useFormat } from '../i18n'
import { Progress, Status, useUiText } from '../ui'
import type { Change, Kind } from './difference'
import { useText } from './text'

/** The sign of each kind: beside a title there is seldom place for words, so the counts above say what the signs mean. */
export const SIGNS: Record<Kind, typeof Plus> = {
  progress: TrendingUp,
  status: RefreshCw,
  goalposts: Goal,
  moved: CornerDownRight,
  ended: Flag,
  appeared: Plus,
  gone: Minus,
}

/** What became of an objective since then, beside its title. */
export function SinceTitle({ change }: { change: Change | undefined }) {
  const text = useText()
  if (change === undefined) return null
  const { kinds, now } = change
  const under = now?.parent?.objective?.title ?? now?.parent?.key_result?.title
  return (
    <>
      {kinds.has('appeared') && <Mark name={text.appeared} kind="appeared" />}
      {kinds.has('gone') && <Mark name={text.gone} kind="gone" />}
      {kinds.has('goalposts') && <Mark name={text.goalposts} kind="goalposts" />}
      {kinds.has('moved') && <Mark name={under === undefined ? text.movedToTop : text.movedTo(under)} kind="moved" />}
      {kinds.has('ended') && now && <Mark name={text.endedAs(text.states[now.state])} kind="ended" />}
    </>
  )
}

/** Its sign; its words where the title leaves place for them, and else when one points at it. */
function Mark({ name, kind }: { name: string; kind: Kind }) {
  const Sign = SIGNS[kind]
  return (
    <span className={`since since-${kind}`} title={name}>
      <Sign size={12} aria-hidden />
      <span className="ellipsis since-words">{name}</span>
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
