import { colourOf, type Colours } from '../ui/chart'
import { LEGIBLE, seen, type Camera, type Size } from './camera'
import { CARD, type MapNode } from './layout'

/** What stands out on the map. */
export type Marked = { focused: number | null; selected: string | undefined; found: ReadonlySet<number> | null }

type Canvas = CanvasRenderingContext2D

const FONT = 'system-ui, sans-serif'
const TITLE_WIDTH = CARD.width - 66
const RADIUS = { company: 9, team: 6, individual: 4 } as const

/** Draws what is in sight: from near cards, from far dots. */
export function paint(
  canvas: Canvas,
  nodes: readonly MapNode[],
  camera: Camera,
  size: Size,
  colours: Colours,
  marked: Marked,
) {
  canvas.clearRect(0, 0, size.width, size.height)
  paintLines(canvas, nodes, camera, size, colours)
  const near = camera.scale >= LEGIBLE
  nodes.forEach((node, place) => {
    if (!isInSight(camera, node, size)) return
    canvas.globalAlpha = marked.found === null || marked.found.has(place) ? 1 : 0.2
    if (near) paintCard(canvas, node, camera, colours, marked.selected === node.objective.id)
    else paintDot(canvas, node, camera, colours)
    if (marked.focused === place) paintFocus(canvas, node, camera, colours)
  })
  if (!near) nodes.filter((it) => isInSight(camera, it, size)).forEach((it) => paintName(canvas, it, camera, colours))
  canvas.globalAlpha = 1
}

function isInSight(camera: Camera, node: MapNode, size: Size): boolean {
  const { x, y } = seen(camera, node)
  const [width, height] = [CARD.width * camera.scale, CARD.height * camera.scale]
  return x + width >= -200 && x <= size.width && y + height >= -10 && y <= size.height + 10
}

function paintLines(canvas: Canvas, nodes: readonly MapNode[], camera: Camera, size: Size, colours: Colours) {
  canvas.strokeStyle = colours.mute
  canvas.globalAlpha = 0.35
  canvas.lineWidth = 1
  canvas.beginPath()
  const middle = CARD.height / 2
  const begins = camera.scale >= LEGIBLE ? CARD.width : 0
  for (const node of nodes) {
    const above = node.parent === null ? undefined : nodes[node.parent]
    if (above === undefined) continue
    const from = seen(camera, { x: above.x + begins, y: above.y + middle })
    const to = seen(camera, { x: node.x, y: node.y + middle })
    if (Math.max(from.y, to.y) < 0 || Math.min(from.y, to.y) > size.height) continue
    const half = (from.x + to.x) / 2
    canvas.moveTo(from.x, from.y)
    canvas.bezierCurveTo(half, from.y, half, to.y, to.x, to.y)
  }
  canvas.stroke()
}

function paintCard(canvas: Canvas, node: MapNode, camera: Camera, colours: Colours, selected: boolean) {
  const { objective } = node
  const { x, y } = seen(camera, node)
  canvas.save()
  canvas.translate(x, y)
  canvas.scale(camera.scale, camera.scale)
  canvas.beginPath()
  canvas.roundRect(0, 0, CARD.width, CARD.height, 6)
  canvas.fillStyle = selected ? colours.selected : colours.surface
  canvas.fill()
  canvas.strokeStyle = colours.line
  canvas.stroke()
  canvas.fillStyle = colourOf(colours, objective.status)
  canvas.beginPath()
  canvas.roundRect(0, 0, 5, CARD.height, [6, 0, 0, 6])
  canvas.fill()
  if (objective.progress !== null) {
    canvas.globalAlpha *= 0.9
    canvas.fillRect(5, CARD.height - 3, (CARD.width - 5) * Math.min(1, Math.max(0, objective.progress)), 2)
  }
  canvas.fillStyle = colours.text
  canvas.textBaseline = 'middle'
  canvas.font = `${objective.level === 'company' ? 650 : 450} 12px ${FONT}`
  canvas.fillText(fitting(canvas, objective.title), 13, CARD.height / 2)
  canvas.textAlign = 'right'
  canvas.fillStyle = colours.mute
  canvas.fillText(
    objective.progress === null ? '–' : `${shownPercent(objective.progress)} %`,
    CARD.width - 8,
    CARD.height / 2,
  )
  canvas.restore()
}

function dotRadius({ objective }: MapNode, camera: Camera): number {
  return Math.max(1.5, RADIUS[objective.level] * Math.sqrt(camera.scale))
}

function paintDot(canvas: Canvas, node: MapNode, camera: Camera, colours: Colours) {
  const { objective } = node
  const { x, y } = seen(camera, { x: node.x, y: node.y + CARD.height / 2 })
  canvas.fillStyle = colourOf(colours, objective.status)
  canvas.beginPath()
  canvas.arc(x, y, dotRadius(node, camera), 0, 2 * Math.PI)
  canvas.fill()
}

/** What a dot is called, over everything else; of those on the left edge beside them, where nothing else is. */
function paintName(canvas: Canvas, node: MapNode, camera: Camera, colours: Colours) {
  const { level, title } = node.objective
  if (level !== 'company' && (level !== 'team' || camera.scale <= 0.3)) return
  const { x, y } = seen(camera, { x: node.x, y: node.y + CARD.height / 2 })
  const aside = dotRadius(node, camera) + 5
  const name = title.length > 40 ? `${title.slice(0, 39)}…` : title
  canvas.font = `${level === 'company' ? 600 : 400} 11px ${FONT}`
  canvas.textBaseline = 'middle'
  canvas.textAlign = node.depth === 0 && x - aside > canvas.measureText(name).width ? 'right' : 'left'
  const at = canvas.textAlign === 'right' ? x - aside : x + aside
  canvas.globalAlpha = 1
  canvas.lineWidth = 4
  canvas.lineJoin = 'round'
  canvas.strokeStyle = colours.surface
  canvas.strokeText(name, at, y)
  canvas.fillStyle = colours.text
  canvas.fillText(name, at, y)
  canvas.textAlign = 'left'
}

function paintFocus(canvas: Canvas, node: MapNode, camera: Camera, colours: Colours) {
  canvas.globalAlpha = 1
  canvas.strokeStyle = colours.ink
  canvas.lineWidth = 2.5
  canvas.beginPath()
  if (camera.scale >= LEGIBLE) {
    const { x, y } = seen(camera, node)
    canvas.roundRect(x - 2, y - 2, CARD.width * camera.scale + 4, CARD.height * camera.scale + 4, 7)
  } else {
    const { x, y } = seen(camera, { x: node.x, y: node.y + CARD.height / 2 })
    canvas.arc(x, y, 9, 0, 2 * Math.PI)
  }
  canvas.stroke()
}

/** A progress as everywhere: never rounded up over a bound. */
function shownPercent(share: number): number {
  return Math.floor(Math.min(1, Math.max(0, share)) * 100)
}

/** As much of a title as there is room for. */
function fitting(canvas: Canvas, title: string): string {
  if (canvas.measureText(title).width <= TITLE_WIDTH) return title
  let length = Math.min(title.length, 40)
  while (length > 1 && canvas.measureText(`${title.slice(0, length)}…`).width > TITLE_WIDTH) length -= 1
  return `${title.slice(0, length)}…`
}
