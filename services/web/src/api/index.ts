import type { components } from './schema'

export { body, client, LOOKING_BACK, whenSessionEnds } from './client'
export { useCommand } from './command'
export { get, sameQuestion, useGet, type Answer } from './get'
export { lookAt, useLooked, type Instants } from './instants'
export { Problem } from './problem'
export { WITHOUT_PAST, type OfToday } from './without-past'

/** What the gateway calls things: `Schema['Objective']`. */
export type Schema = components['schemas']
