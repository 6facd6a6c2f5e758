import { useCallback, useEffect, useRef, type RefObject } from 'react'
import { usePrinting } from '../ui'
import { useColours } from '../ui/chart'
import { fitted, revealing, zoomed, type Camera, type Size } from './camera'
import type { MapNode } from './layout'
import { paint, type Marked } from './paint'

/** What is seen of the map. It is moved and painted without React: sixty times in a second, of thousands. */
export function useCamera(box: RefObject<HTMLCanvasElement | null>, nodes: readonly MapNode[], marked: Marked) {
  const colours = useColours()
  const printing = usePrinting()
  const camera = useRef<Camera | null>(null)
  const size = useRef<Size>({ width: 0, height: 0 })
  const asked = useRef(0)
  const draw = useRef<() => void>(() => undefined)

  const repaint = useCallback(() => {
    cancelAnimationFrame(asked.current)
    asked.current = requestAnimationFrame(() => draw.current())
  }, [])

  const move = useCallback(
    (how: (camera: Camera, size: Size) => Camera) => {
      camera.current = how(camera.current ?? fitted(nodes, size.current), size.current)
      repaint()
    },
    [nodes, repaint],
  )

  useEffect(() => {
    draw.current = () => {
      const canvas = box.current
      const context = canvas?.getContext('2d')
      if (!canvas || !context) return
      size.current = { width: canvas.clientWidth, height: canvas.clientHeight }
      const ratio = window.devicePixelRatio
      const [width, height] = [Math.round(size.current.width * ratio), Math.round(size.current.height * ratio)]
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
      context.setTransform(ratio, 0, 0, ratio, 0, 0)
      camera.current ??= fitted(nodes, size.current)
      paint(context, nodes, camera.current, size.current, colours, marked)
    }
    if (printing)
      draw.current() // paper does not wait for a frame
    else repaint()
  }, [box, nodes, marked, colours, printing, repaint])

  useEffect(() => {
    if (box.current === null) return
    const sized = new ResizeObserver(repaint)
    sized.observe(box.current)
    return () => sized.disconnect()
  }, [box, repaint])

  return {
    camera,
    move,
    fit: useCallback(() => move((_, size) => fitted(nodes, size)), [move, nodes]),
    reveal: useCallback((node: MapNode) => move((now, size) => revealing(now, node, size)), [move]),
    zoom: useCallback(
      (factor: number) => move((now, { width, height }) => zoomed(now, factor, { x: width / 2, y: height / 2 })),
      [move],
    ),
  }
}
