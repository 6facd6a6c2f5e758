import type { MantineColorSchemeManager } from '@mantine/core'
import { keep, kept } from './cookie'

const COOKIE = 'cairn_scheme'

export const SCHEMES = ['auto', 'light', 'dark'] as const

/** Remembers the colour scheme that somebody chose; `auto` is that of their system. */
export const schemeManager: MantineColorSchemeManager = {
  get: (otherwise) => kept(COOKIE, SCHEMES) ?? otherwise,
  set: (scheme) => keep(COOKIE, scheme === 'auto' ? null : scheme),
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => keep(COOKIE, null),
}
