import type { components } from './schema'

export { listenToChanges, type Change, type Kind, type Listener, type Told, type What } from './changes'
export { body, client, endSession, whenSessionEnds } from './client'
export { IdempotencyKeys, useCommand } from './command'
export { get, useGet, type Answer, type GetPath } from './get'
export { lookAt, type Instants } from './instants'
export { rememberPositions } from './positions'
export { Problem } from './problem'

/** What the gateway calls things: `Schema['Objective']`. */
export type Schema = components['schemas']
