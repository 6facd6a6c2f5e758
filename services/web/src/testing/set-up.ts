import { cleanup } from '@testing-library/react'
import { afterEach } from 'vitest'

// jsdom asks no media; Mantine does, for the colours that the system wants.
window.matchMedia = (media) =>
  Object.assign(new EventTarget(), {
    matches: false,
    media,
    onchange: null,
    addListener: () => {},
    removeListener: () => {},
  })

afterEach(cleanup)
