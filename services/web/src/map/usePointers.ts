import { useEffect, useRef, type RefObject } from 'react'
import { zoomed, type Camera, type Size } from './camera'

type Move = (how: (camera: Camera, size: Size) => Camera) => void
type Point = { x: number; y: number }

const A_CLICK = 5

/** Mouse and fingers on the map: drag to move, wheel or two fingers to go nearer, click to open. */
export function usePointers(box: RefObject<HTMLCanvasElement | null>, move: Move, onClick: (at: Point) => void) {
  const click = useRef(onClick)
  useEffect(() => {
    click.current = onClick
  }, [onClick])
  useEffect(() => {
    const canvas = box.current
    if (canvas === null) return
    const down = new Map<number, Point>()
    let dragged = 0
    const pointOf = ({ offsetX, offsetY }: MouseEvent): Point => ({ x: offsetX, y: offsetY })

    const acts = {
      wheel: (event: WheelEvent) => {
        event.preventDefault()
        move((camera) => zoomed(camera, Math.exp(-event.deltaY * 0.0015), pointOf(event)))
      },
      pointerdown: (event: PointerEvent) => {
        canvas.setPointerCapture(event.pointerId)
        if (down.size === 0) dragged = 0
        down.set(event.pointerId, pointOf(event))
      },
      pointermove: (event: PointerEvent) => {
        const before = down.get(event.pointerId)
        if (before === undefined) return
        const now = pointOf(event)
        const [other] = [...down].filter(([id]) => id !== event.pointerId).map(([, at]) => at)
        down.set(event.pointerId, now)
        dragged += Math.hypot(now.x - before.x, now.y - before.y)
        if (other !== undefined) move((camera) => zoomed(camera, apart(now, other) / apart(before, other), other))
        else move((camera) => ({ ...camera, x: camera.x + now.x - before.x, y: camera.y + now.y - before.y }))
      },
      pointerup: (event: PointerEvent) => {
        down.delete(event.pointerId)
        if (dragged < A_CLICK) click.current(pointOf(event))
      },
      pointercancel: (event: PointerEvent) => down.delete(event.pointerId),
    }
    const listeners = Object.entries(acts) as [string, EventListener][]
    for (const [name, act] of listeners) canvas.addEventListener(name, act, { passive: false })
    return () => listeners.forEach(([name, act]) => canvas.removeEventListener(name, act))
  }, [box, move])
}

function apart(one: Point, other: Point): number {
  return Math.max(1, Math.hypot(one.x - other.x, one.y - other.y))
}
