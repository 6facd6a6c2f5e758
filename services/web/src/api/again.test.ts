import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, expect, it } from 'vitest'
import { askAgain } from './again'

type Asked = { signal: AbortSignal; answer: (said: string) => void; refuse: () => void }

const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } })
afterEach(() => queries.clear())

function shown() {
  const asked: Asked[] = []
  const observer = new QueryObserver(queries, {
    queryKey: ['inbox'],
    queryFn: ({ signal }) =>
      new Promise<string>((answer, reject) => {
        asked.push({ signal, answer, refuse: () => reject(new Error('refused')) })
      }),
  })
  const stop = observer.subscribe(() => undefined)
  return { asked, stop, data: () => observer.getCurrentResult().data }
}

it('what is under way is not given up, and one more follows it, however often it is asked again', async () => {
  const { asked, data } = shown()
  const answered = Promise.all([askAgain(queries), askAgain(queries), askAgain(queries)])
  expect(asked).toHaveLength(1)
  asked[0]?.answer('of before')
  await expect.poll(() => asked.length).toBe(2)
  asked[1]?.answer('of now')
  await answered
  expect(data()).toBe('of now')
  expect(asked).toHaveLength(2)
  expect(asked.some((it) => it.signal.aborted)).toBe(false)
})

it('what is asked again while that one follows is followed in its turn', async () => {
  const { asked, data } = shown()
  const first = askAgain(queries)
  asked[0]?.answer('of before')
  await expect.poll(() => asked.length).toBe(2)
  const second = askAgain(queries)
  asked[1]?.answer('of between')
  await first
  await expect.poll(() => asked.length).toBe(3)
  asked[2]?.answer('of now')
  await second
  expect(data()).toBe('of now')
})

it('what failed under way is asked again, too', async () => {
  const { asked, data } = shown()
  const answered = askAgain(queries)
  asked[0]?.refuse()
  await expect.poll(() => asked.length).toBe(2)
  asked[1]?.answer('of now')
  await answered
  expect(data()).toBe('of now')
})

it('what is not shown is asked for when it is', async () => {
  const { asked, stop } = shown()
  asked[0]?.answer('of before')
  await expect.poll(() => queries.getQueryData(['inbox'])).toBe('of before')
  stop()
  await askAgain(queries)
  expect(asked).toHaveLength(1)
  expect(queries.getQueryState(['inbox'])?.isInvalidated).toBe(true)
})

it('what is fetched ahead while this is called is asked for again when it is shown: it began before', async () => {
  let answer: (said: string) => void = () => undefined
  const ahead = queries.query({ queryKey: ['inbox'], queryFn: () => new Promise<string>((it) => (answer = it)) })
  const done = askAgain(queries)
  answer('of before')
  await Promise.all([ahead, done])
  expect(queries.getQueryData(['inbox'])).toBe('of before')
  expect(queries.getQueryState(['inbox'])?.isInvalidated).toBe(true)
})
