import { Problem } from './problem'

/** The lines of an answer that is told line by line, each as JSON, as they come. Raises Problem where the last one says that it broke off. */
export async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Record<string, unknown>> {
  const reader = stream.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader()
  let begun = ''
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const lines = (begun + next.value).split('\n')
    begun = lines.pop() ?? ''
    for (const line of lines) if (line !== '') yield parsed(line)
  }
  if (begun !== '') yield parsed(begun)
}

function parsed(line: string): Record<string, unknown> {
  const said = JSON.parse(line) as Record<string, unknown>
  if (typeof said.error === 'string') throw new Problem({ reason: said.error, detail: String(said.detail) }, 503)
  return said
}
