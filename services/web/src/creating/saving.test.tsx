import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, renderHook, waitFor } from '@testing-library/react'
import { useState, type ReactNode } from 'react'
import { afterEach, expect, it, vi } from 'vitest'
import { anObjective } from './anObjective'
import { newDraft, newKeyResult, type Draft } from './draft'
import type { Editing } from './kept'
import { useSave, type Intent } from './saving'

type Answer = readonly [status: number, body: object] | 'lost'

/** The gateway, by method and path: each answers in turn, the last one for good. */
function gateway(answers: Readonly<Record<string, Answer[]>>) {
  const asked: string[] = []
  vi.stubGlobal('fetch', (request: Request) => {
    const what = `${request.method} ${new URL(request.url).pathname}`
    asked.push(what)
    const left = answers[what] ?? []
    const answer = left.length > 1 ? left.shift() : left[0]
    if (answer === undefined || answer === 'lost') return Promise.reject(new TypeError('Failed to fetch'))
    const type = answer[0] < 400 ? 'application/json' : 'application/problem+json'
    const headers = { 'Content-Type': type }
    return Promise.resolve(new Response(JSON.stringify(answer[1]), { status: answer[0], headers }))
  })
  return asked
}
afterEach(() => vi.unstubAllGlobals())

const typed = newDraft({
  title: 'Be loved',
  cycle: 'c',
  keyResults: [{ ...newKeyResult('1'), title: 'Renewals', start: 0, target: 10 }],
})

const there = (said: object = {}) =>
  anObjective({
    key_results: [
      {
        id: 'k',
        objective: { id: 'o' },
        title: 'Renewals',
        measure: 'metric',
        start: 0,
        target: 10,
        weight: 1,
        owners: [],
        plan: [],
      },
    ],
    ...said,
  })

function form(id: string | null, begin: Editing) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queries}>{children}</QueryClientProvider>
  )
  const onSaved = vi.fn()
  const { result } = renderHook(
    () => {
      const [editing, setEditing] = useState(begin)
      return { editing, setEditing, ...useSave({ id, editing, setEditing, onSaved }) }
    },
    { wrapper },
  )
  const save = async (intent: Intent, meanwhile?: Partial<Draft>) => {
    act(() => result.current.save({ intent, holdsFrom: '', comment: '' }))
    if (meanwhile !== undefined) {
      act(() => result.current.setEditing((before) => ({ ...before, draft: { ...before.draft, ...meanwhile } })))
    }
    await waitFor(() => expect(result.current.saving).toBe(false))
  }
  return { result, save, onSaved }
}

it.each([
  ['was refused', [there()], [422, { detail: 'no' }]],
  ['was lost', [there()], 'lost'],
  ['could not be read', ['lost', there()], [200, {}]],
] as const)('a new objective is made once, where what followed %s', async (_, reads, begun) => {
  const asked = gateway({
    'POST /v1/objectives': [[201, { id: 'o', version: 2 }]],
    'GET /v1/objectives/o': reads.map((it) => (it === 'lost' ? it : ([200, it] as const))),
    'POST /v1/objectives/o/activate': [begun, [200, {}]],
  })
  const { result, save, onSaved } = form(null, { draft: typed, base: newDraft(), version: null })
  await save('activate')
  expect(result.current.failure).toMatchObject({ saved: true })
  await save('activate')
  expect(onSaved).toHaveBeenCalledWith('o', 'activate')
  expect(new Set(asked.filter((it) => !it.startsWith('GET')))).toEqual(
    new Set(['POST /v1/objectives', 'POST /v1/objectives/o/activate']),
  )
  expect(asked.filter((it) => it === 'POST /v1/objectives')).toHaveLength(1)
})

it('what is typed while somebody else turns out to have changed it stays', async () => {
  gateway({
    'PATCH /v1/objectives/o': [[412, {}]],
    'GET /v1/objectives/o': [[200, there({ title: 'Theirs', version: 3 })]],
  })
  const { result, save } = form('o', { draft: { ...typed, title: 'Mine' }, base: typed, version: 2 })
  await save('keep', { why: 'Because' })
  expect(result.current.editing).toMatchObject({ draft: { title: 'Mine', why: 'Because' }, version: 3 })
  expect(result.current.editing.conflicts).toMatchObject([{ field: 'title', theirs: 'Theirs' }])
  expect(result.current.failure).toBeNull()
})

it('a refusal is told where what is there cannot be read', async () => {
  gateway({ 'PATCH /v1/objectives/o': [[412, { detail: 'changed' }]] })
  const { result, save } = form('o', { draft: { ...typed, title: 'Mine' }, base: typed, version: 2 })
  await save('keep')
  expect(result.current.failure?.problem.message).toBe('changed')
})
