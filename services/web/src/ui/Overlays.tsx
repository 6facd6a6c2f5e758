import { useUiText } from './text'

/**
 * Where Mantine puts what opens above the page: menus, lists, dialogs. It is a landmark with a name while something is open, so that
 * whoever goes from landmark to landmark comes to it; `ui.css` hides it while it is empty.
 */
export function Overlays() {
  const text = useUiText()
  return <div className="overlays" role="region" aria-label={text.open} data-portal data-mantine-shared-portal-node />
}
