import { createTheme } from '@mantine/core'

const OVERLAY = {
  // The page does not scroll, its parts do; what locks it would write a style that the CSP refuses.
  lockScroll: false,
  // The banner of a page is the shell's: a dialog has none.
  attributes: { header: { role: 'presentation' } },
}

// What Enter takes is what is shown as come to: by itself Mantine looks a moment after a list has opened which of it is chosen already, and
// Enter takes that, whatever one has gone to meanwhile; or nothing, and then it sends the form.
const LIST = { selectFirstOptionOnDropdownOpen: true, selectFirstOptionOnChange: true }

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
    Select: { defaultProps: LIST },
    MultiSelect: { defaultProps: LIST },
    // A name is read of nothing that has no role; the button that waits has its own.
    Loader: { defaultProps: { role: 'img' } },
    Button: { defaultProps: { loaderProps: { role: 'presentation' } } },
    ActionIcon: { defaultProps: { loaderProps: { role: 'presentation' } } },
    // Mantine lets an element that may have the focus, and is no item, stand first in a menu; without it the first item has the focus.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
  },
})
