import type { components } from './schema'

/*
 * What every page asks for first, asked while the code of the app is still read. `index.html` runs this script first, so it may need no other;
 * `api/client` takes each answer, once.
 */

type Session = components['schemas']['BrowserSession']

const AT_FIRST = 10_000 // ms since one came here: later something may have changed
export const MOST_CYCLES = 200

const answers = new Map<string, Promise<Response>>()

/** The answer that is on its way, or there, already; undefined: it is not, and has to be asked for. */
export function takeEarly({ method, url, headers }: Request): Promise<Response> | undefined {
  const { pathname, search } = new URL(url)
  const answer = answers.get(pathname + search)
  answers.delete(pathname + search)
  const isStillGood = method === 'GET' && !headers.has('Cairn-After') && performance.now() < AT_FIRST
  return isStillGood ? answer : undefined
}

/** Asks who is signed in, and what cycles they have. */
export async function askEarly(): Promise<void> {
  const who = await ask('/v1/session')
    .then(async (it) => (it.ok ? ((await it.clone().json()) as Session) : null))
    .catch(() => null)
  if (who?.session?.person) void ask(`/v1/cycles?limit=${MOST_CYCLES}`) // an operator has no company
}

function ask(path: string): Promise<Response> {
  const answer = globalThis.fetch(path, { headers: { 'Cairn-Csrf': '1' } })
  answer.catch(() => undefined) // whoever takes it hears of it
  answers.set(path, answer)
  return answer
}
