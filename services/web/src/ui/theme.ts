import { createTheme } from '@mantine/core'

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
  // The head of a dialog is not that of the page (axe: one banner).
  // The page does not scroll, its parts do; what locks it would write a style that the CSP refuses.
  components: {
    Modal: { defaultProps: { lockScroll: false, attributes: { header: { role: 'none' } } } },
    Drawer: { defaultProps: { lockScroll: false } },
  },
})
