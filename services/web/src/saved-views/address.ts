import { defaultParseSearch, defaultStringifySearch } from '@tanstack/react-router'
import type { Schema } from '../api'

export type View = Schema['View']
type Search = Record<string, unknown>
export type Place = { pathname: string; search: Search }

/** What an address says of the moment: which day it looks at, what is open beside the page, which view one came by. No view keeps it. */
const OF_THE_MOMENT: ReadonlySet<string> = new Set(['as_of', 'known_at', 'since', 'differences', 'open', 'saved'])

/** The address of what is shown, as a view keeps it: always written the same way, so that two are the same where they show the same. */
export function addressOf({ pathname, search }: Place): string {
  const kept = Object.entries(search)
    .filter(([name, value]) => value !== undefined && !OF_THE_MOMENT.has(name))
    .sort(([one], [other]) => (one < other ? -1 : 1))
  const url = new URL(pathname + defaultStringifySearch(Object.fromEntries(kept)), 'http://app.invalid')
  return url.pathname + url.search
}

/** Where an address leads. */
export function placeOf(address: string): Place {
  const [pathname = '/', query = ''] = address.split(/\?(.*)/s, 2)
  return { pathname, search: defaultParseSearch(query) }
}

/** Where one goes to look at a view; which one it is, is said too, so that it is known still when a filter is another. */
export function placeOfView(view: View): { to: string; search: Search } {
  const { pathname, search } = placeOf(view.address)
  return { to: pathname, search: { ...search, saved: view.id } }
}

export type Looked = {
  address: string
  /** The view that one is on. */
  on: View | undefined
  /** Whether something else is shown by now than what it keeps. */
  changed: boolean
}

/** Which view one is on: the one that one came by, or else one that keeps just what is shown, one's own before others'. */
export function lookedAt(place: Place, views: readonly View[]): Looked {
  const address = addressOf(place)
  const keeps = (it: View) => addressOf(placeOf(it.address)) === address
  const on = views.find((it) => it.id === place.search.saved) ?? views.find(keeps)
  return { address, on, changed: on !== undefined && !keeps(on) }
}

/** Views by their names, as one reads them. */
export function byName(views: readonly View[], language: string): View[] {
  const words = new Intl.Collator(language, { numeric: true, sensitivity: 'base' })
  return [...views].sort((one, other) => words.compare(one.name, other.name))
}
