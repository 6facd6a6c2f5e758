import type { components } from './schema'

export { askAgain } from './again'
export { listenToChanges, type Change, type Kind, type Listener, type Told, type What } from './changes'
export { answered, body, client, endSession, LOOKING_BACK, whenSessionEnds } from './client'
export { IdempotencyKeys, useCommand } from './command'
export { MOST_CYCLES } from './early'
export { get, sameQuestion, useGet, type Answer, type GetPath } from './get'
export { linesOf } from './lines'
export { instantsFor, lookAt, useLooked, type Instants } from './instants'
export { rememberPositions } from './positions'
export { Problem } from './problem'
export { WITHOUT_PAST, type OfToday } from './without-past'

/** What the gateway calls things: `Schema['Objective']`. */
export type Schema = components['schemas']
