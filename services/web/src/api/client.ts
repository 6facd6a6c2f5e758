import createClient, { type Middleware } from 'openapi-fetch'
import { takeEarly } from './early'
import { instantsFor, looksElsewhere } from './instants'
import { AFTER } from './operations'
import { ownPositions, rememberPositions } from './positions'
import { Problem } from './problem'
import type { paths } from './schema'
import { CHANGES_NOTHING } from './without-past'

let onSessionEnded: () => void = () => undefined

/** Says what happens where a session turns out to be over. */
export function whenSessionEnds(act: () => void): void {
  onSessionEnded = act
}

/** The session is over, as something else than an answer has told. */
export function endSession(): void {
  onSessionEnded()
}

/** The reason of a command that was not sent, since the page looks at the past. */
export const LOOKING_BACK = 'LOOKING_BACK'

const carryWhatEachRequestHasTo: Middleware = {
  onRequest({ request, schemaPath }) {
    request.headers.set('Cairn-Csrf', '1')
    if (request.method !== 'GET') {
      if (looksElsewhere() && !CHANGES_NOTHING.has(schemaPath)) throw new Problem({ reason: LOOKING_BACK }, 0)
      return request
    }
    const after = ownPositions()
    if (after !== null && AFTER.has(schemaPath)) request.headers.set('Cairn-After', after)
    const url = new URL(request.url)
    const says = url.searchParams.has('as_of') || url.searchParams.has('known_at') // what names one instant names them all
    for (const [name, value] of Object.entries(says ? {} : instantsFor(schemaPath))) url.searchParams.set(name, value)
    return url.href === request.url ? request : new Request(url, request)
  },
  async onResponse({ request, response }) {
    if (request.method !== 'GET') rememberPositions(response.headers.get('Cairn-Position'))
    if (response.ok || response.status === 304) return response
    const problem = await Problem.of(response)
    if (problem.status === 401) onSessionEnded()
    throw problem
  },
}

/** Asks the gateway, typed by its OpenAPI document. Anything but success is thrown as a `Problem`. */
export const client = createClient<paths>({
  baseUrl: window.location.origin,
  fetch: (request) => takeEarly(request) ?? globalThis.fetch(request),
})
client.use(carryWhatEachRequestHasTo)

/** The body of an answer that has one. */
export async function body<T>(asked: Promise<{ data?: T }>): Promise<T> {
  const { data } = await asked
  if (data === undefined) throw new Problem({}, 204)
  return data
}

/** The same, with the headers of the answer. */
export async function answered<T>(asked: Promise<{ data?: T; response: Response }>) {
  return { body: await body(asked), headers: (await asked).response.headers }
}
