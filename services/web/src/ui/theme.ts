import { createTheme } from '@mantine/core'

const OVERLAY = {
  // The page does not scroll, its parts do; what locks it would write a style that the CSP refuses.
  lockScroll: false,
  // The banner of a page is the shell's: a dialog has none.
  attributes: { header: { role: 'presentation' } },
}

/** Shade 8: lighter ones of Mantine's blue do not reach the contrast of WCAG AA. */
export const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  cursorType: 'pointer',
  defaultRadius: 'md',
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  headings: { fontWeight: '650' },
  components: {
    Modal: { defaultProps: OVERLAY },
    Drawer: { defaultProps: OVERLAY },
    // A name is read of nothing that has no role; the button that waits has its own.
    Loader: { defaultProps: { role: 'img' } },
    Button: { defaultProps: { loaderProps: { role: 'presentation' } } },
    ActionIcon: { defaultProps: { loaderProps: { role: 'presentation' } } },
    // Mantine lets an element that may have the focus, and is no item, stand first in a menu; without it the first item has the focus.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
  },
})
