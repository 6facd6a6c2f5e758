import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { askEarly, takeEarly } from './early'

const asked: string[] = []
let person: object | null = { handle: 'ann' }

beforeEach(() => {
  asked.length = 0
  person = { handle: 'ann' }
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path)
    return Promise.resolve(Response.json({ session: person && { person } }))
  })
})
afterEach(() => vi.unstubAllGlobals())

const request = (path: string, headers = {}) => new Request(`http://cairn.test${path}`, { headers })

it('who one is and what cycles there are is asked before the app is there, and each answer is taken once', async () => {
  await askEarly()
  expect(asked).toEqual(['/v1/session', '/v1/cycles?limit=200'])
  const answer = await takeEarly(request('/v1/session'))
  expect(await answer?.json()).toEqual({ session: { person } })
  expect(takeEarly(request('/v1/session'))).toBeUndefined()
})

it('what has to be newer than something that was done is asked anew', async () => {
  await askEarly()
  expect(takeEarly(request('/v1/session', { 'Cairn-After': 'goals:0:7' }))).toBeUndefined()
})

it('of who is not signed in nothing more is asked', async () => {
  person = null
  await askEarly()
  expect(asked).toEqual(['/v1/session'])
})
