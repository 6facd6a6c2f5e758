import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, expect, it, vi } from 'vitest'
import { apply } from './apply'

const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } })
afterEach(() => queries.clear())

it('what is on its way when the stream begins is asked for again: it may have been looked up before', async () => {
  const answers: ((said: string) => void)[] = []
  const queryFn = () => new Promise<string>((answer) => answers.push(answer))
  const observer = new QueryObserver(queries, { queryKey: ['/v1/tree'], queryFn })
  const stop = observer.subscribe(() => undefined)
  apply(queries, { event: 'here' }, '')
  answers[0]?.('before')
  await vi.waitFor(() => expect(answers).toHaveLength(2))
  answers[1]?.('after')
  await vi.waitFor(() => expect(observer.getCurrentResult().data).toBe('after'))
  stop()
})

it('what goes out of sight is shown no longer: on a page of its own, in a list, in what was known then', () => {
  const gone = '0b0e2f6c-0000-4000-8000-000000000001'
  const page = ['/v1/objectives/{ref}', { path: { ref: 'O1' } }]
  const listThen = ['/v1/objectives', {}, { known_at: '2026-01-01T00:00:00Z' }]
  queries.setQueryData(page, { id: gone, title: 'secret' })
  queries.setQueryData(listThen, { items: [{ id: gone }, { id: 'other' }] })
  apply(queries, { event: 'gone', gone: [{ kind: 'objective', id: gone }] }, '')
  expect(queries.getQueryData(page)).toBeUndefined()
  expect(queries.getQueryData(listThen)).toEqual({ items: [{ id: 'other' }] })
})

it.each([
  ['the stream begins', { event: 'here' }],
  ['everything is to be asked anew', { event: 'anew', reason: '' }],
] as const)(
  'the inbox is asked for again later, too, where %s: what it follows from may have happened just before',
  async (_, told) => {
    vi.useFakeTimers()
    let asked = 0
    const observer = new QueryObserver(queries, { queryKey: ['/v1/inbox'], queryFn: () => (asked += 1) })
    const stop = observer.subscribe(() => undefined)
    await vi.advanceTimersByTimeAsync(100)
    apply(queries, told, '')
    await vi.advanceTimersByTimeAsync(500)
    const atOnce = asked
    await vi.advanceTimersByTimeAsync(20_000)
    expect(asked).toBe(atOnce + 3)
    stop()
    vi.useRealTimers()
  },
)
