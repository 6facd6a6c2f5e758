import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { client, get, lookAt, Problem, WITHOUT_PAST } from '.'
import { KNOWN_AT, TRUE_ON } from './operations'

type Operation = { parameters?: { in: string; name: string; required?: boolean }[] }
const document = JSON.parse(readFileSync('../../contracts/openapi/gateway.json', 'utf8')) as {
  paths: Record<string, { get?: Operation }>
}
const questions = Object.entries(document.paths).flatMap(([path, { get: operation }]) => (operation ? [path] : []))
const THEN = { as_of: '2026-03-03', known_at: '2026-03-03T22:59:59.999Z' }

const asked: Request[] = []
beforeEach(() => {
  vi.stubGlobal('fetch', (request: Request) => {
    asked.push(request)
    return Promise.resolve(Response.json({}))
  })
})
afterEach(() => {
  lookAt({})
  asked.length = 0
  vi.unstubAllGlobals()
})

async function ask(path: string): Promise<URLSearchParams> {
  const params = {
    path: Object.fromEntries([...path.matchAll(/{(\w+)}/g)].map((it): [string, string] => [String(it[1]), 'x'])),
  }
  await (client.GET as (path: string, options: object) => Promise<unknown>)(path, { params, fetch: globalThis.fetch })
  return new URL(asked.at(-1)?.url ?? '').searchParams
}

describe('the past', () => {
  it.each(questions)('GET %s bears the instant that the page looks at, or is said to have no past', async (path) => {
    lookAt(THEN)
    const said = await ask(path)
    const today = path in WITHOUT_PAST
    expect(today || TRUE_ON.has(path), 'takes no `as_of`, and api/without-past.ts does not say why').toBe(true)
    expect(said.get('as_of'), 'as_of').toBe(today ? null : THEN.as_of)
    expect(said.get('known_at'), 'known_at').toBe(KNOWN_AT.has(path) ? THEN.known_at : null)
    expect(today && TRUE_ON.has(path), 'is said to have no past, and has one').toBe(false)
  })

  it('is not mixed into a question that names its own instant', async () => {
    lookAt(THEN)
    const question = get('/v1/tree', { query: { cycle: 'c' } }, { as_of: '2026-03-10' })
    expect(question.queryKey.at(-1)).toEqual({ as_of: '2026-03-10' })
    const params = { query: { cycle: 'c', as_of: '2026-03-10' } }
    await client.GET('/v1/tree', { params, fetch: globalThis.fetch })
    expect(new URL(asked.at(-1)?.url ?? '').searchParams.has('known_at')).toBe(false)
  })

  it('asks the present without an instant', async () => {
    expect((await ask('/v1/tree')).has('as_of')).toBe(false)
  })

  it('keeps what was asked of one instant apart from what was asked of another', () => {
    const now = get('/v1/tree', { query: { cycle: 'c' } }).queryKey
    lookAt(THEN)
    expect(get('/v1/tree', { query: { cycle: 'c' } }).queryKey).not.toEqual(now)
  })

  it('sends no command, and says why', async () => {
    lookAt(THEN)
    const sent = client.POST('/v1/objectives/{ref}/close', {
      params: { path: { ref: 'x' }, header: { 'Idempotency-Key': 'k' } },
      fetch: globalThis.fetch,
    } as never)
    await expect(sent).rejects.toBeInstanceOf(Problem)
    expect(asked).toEqual([])
  })
})
