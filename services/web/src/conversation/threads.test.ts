import { describe, expect, it } from 'vitest'
import type { Schema } from '../api'
import { mentionAt, threadsOf, withMention } from './threads'

const comment = (id: string, thread: string, created_at: string) =>
  ({ id, thread, created_at }) as Schema['CommentAsItStands']

describe('a conversation', () => {
  it('is threads, each in its order', () => {
    const threads = threadsOf([
      comment('c', 'a', '3'),
      comment('d', 'd', '4'),
      comment('a', 'a', '1'),
      comment('b', 'a', '2'),
    ])
    expect(threads.map((it) => [it.first.id, it.replies.map((reply) => reply.id)])).toEqual([
      ['a', ['b', 'c']],
      ['d', []],
    ])
  })

  it('names people behind an @, and no address', () => {
    expect(mentionAt('Ask @an', 7)).toBe('an')
    expect(mentionAt('@', 1)).toBe('')
    expect(mentionAt('mail ann@example', 16)).toBeNull()
    expect(withMention('Ask @an today', 7, 'ann')).toEqual({ text: 'Ask @ann  today', caret: 9 })
    expect(withMention('@z', 2, 'Zoë Fé').text).toBe('@"Zoë Fé" ')
  })
})
