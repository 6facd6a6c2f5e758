import { expect, it } from 'vitest'
import { ownPositions, rememberPositions } from './positions'

it('of each part of a log the furthest position is remembered, whatever is heard of it later', () => {
  rememberPositions('checkins:3:12, goals:0:4')
  rememberPositions('checkins:3:11')
  expect(ownPositions()).toBe('checkins:3:12, goals:0:4')
})

it('a log that was restored begins again', () => {
  rememberPositions('checkins:3:12')
  rememberPositions('checkins:3:2:1')
  expect(ownPositions()).toContain('checkins:3:2:1')
})
