import type { components } from './schema'

type Document = components['schemas']['ProblemDocument']

/** What the gateway refused, or that it could not be reached: what went wrong, in its words, by field where it says so. */
export class Problem extends Error {
  readonly reason: string
  readonly status: number
  readonly errors: readonly { field: string; message: string }[]
  readonly correlationId: string | null

  constructor(document: Partial<Document>, status: number) {
    super(document.detail ?? document.title ?? `HTTP ${status}`)
    this.name = 'Problem'
    this.reason = document.reason ?? 'UNREADABLE'
    this.status = status
    this.errors = document.errors ?? []
    this.correlationId = document.correlation_id ?? null
  }

  static async of(response: Response): Promise<Problem> {
    const isProblem = response.headers.get('Content-Type')?.startsWith('application/problem+json')
    return new Problem(isProblem ? ((await response.json()) as Document) : {}, response.status)
  }
}
