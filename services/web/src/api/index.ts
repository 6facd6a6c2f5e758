import type { components } from './schema'

export { body, client, whenSessionEnds } from './client'
export { useCommand } from './command'
export { get, useGet, type Answer } from './get'
export { lookAt, type Instants } from './instants'
export { Problem } from './problem'

/** What the gateway calls things: `Schema['Objective']`. */
export type Schema = components['schemas']
