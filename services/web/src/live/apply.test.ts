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
