import { ActionIcon } from '@mantine/core'
import { Maximize, Minus, Plus } from 'lucide-react'
import { useId, useImperativeHandle, useMemo, useRef, useState, type KeyboardEvent, type Ref } from 'react'
import { useFormat } from '../i18n'
import { useUiText } from '../ui'
import { nodeAt } from './camera'
import { neighbour, type MapNode } from './layout'
import { useText } from './text'
import { useCamera } from './useCamera'
import { usePointers } from './usePointers'

export type MapHandle = { show: (place: number) => void }

type AlignmentMapProps = {
  nodes: readonly MapNode[]
  /** What is searched for; null: nothing is. */
  found: ReadonlySet<number> | null
  selected: string | undefined
  onOpen: (id: string) => void
  ref: Ref<MapHandle>
}

const STEP = 1.3

/** The map itself, with mouse, fingers or keys. What has the focus is said, since a canvas is silent. */
export function AlignmentMap({ nodes, found, selected, onOpen, ref }: AlignmentMapProps) {
  const text = useText()
  const box = useRef<HTMLCanvasElement>(null)
  const help = useId()
  const [focused, setFocused] = useState<number | null>(null)
  const marked = useMemo(() => ({ focused, selected, found }), [focused, selected, found])
  const { camera, move, fit, reveal, zoom } = useCamera(box, nodes, marked)
  const show = (place: number) => {
    const node = nodes[place]
    if (node === undefined) return
    setFocused(place)
    reveal(node)
  }
  useImperativeHandle(ref, () => ({ show }))
  usePointers(box, move, (at) => {
    const place = camera.current && nodeAt(nodes, camera.current, at)
    const node = place === null ? undefined : nodes[place]
    if (node === undefined) return
    setFocused(place)
    onOpen(node.objective.id)
  })
  const onKeyDown = (event: KeyboardEvent) => {
    const here = focused ?? 0
    const node = nodes[here]
    const acts: Record<string, () => void> = {
      '+': () => zoom(STEP),
      '-': () => zoom(1 / STEP),
      '0': fit,
      Enter: () => node && onOpen(node.objective.id),
    }
    const to = focused === null && event.key.startsWith('Arrow') ? 0 : neighbour(nodes, here, event.key)
    const act = to === null ? acts[event.key] : () => show(to)
    if (act === undefined) return
    event.preventDefault()
    act()
  }
  return (
    <div className="map">
      {/* It takes keys as a whole, and says where one is. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        className="map-keys"
        role="application"
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label={text.title}
        aria-describedby={help}
        onKeyDown={onKeyDown}
      >
        <canvas ref={box} aria-hidden />
      </div>
      <p id={help} className="map-help mute">
        {text.help}
      </p>
      <Spoken node={focused === null ? undefined : nodes[focused]} />
      <div className="map-zoom">
        <ActionIcon variant="default" aria-label={text.nearer} onClick={() => zoom(STEP)}>
          <Plus size={15} />
        </ActionIcon>
        <ActionIcon variant="default" aria-label={text.further} onClick={() => zoom(1 / STEP)}>
          <Minus size={15} />
        </ActionIcon>
        <ActionIcon variant="default" aria-label={text.fit} onClick={fit}>
          <Maximize size={15} />
        </ActionIcon>
      </div>
    </div>
  )
}

/** Where one is on the map, in words. */
function Spoken({ node }: { node: MapNode | undefined }) {
  const text = useText()
  const format = useFormat()
  const { statuses, noNumber } = useUiText()
  const it = node?.objective
  return (
    <p className="visually-hidden" role="status">
      {it &&
        [
          it.title,
          it.status && statuses[it.status],
          it.progress === null ? noNumber : format.percent(Math.min(1, Math.max(0, it.progress))),
          text.below(node.children.length),
        ]
          .filter(Boolean)
          .join(', ')}
    </p>
  )
}
