import { useLayoutEffect, useRef, useState } from 'react'

type Acts = Record<string, (...told: never[]) => void>

/** Functions that stay the same and do what the latest of them does: whatever they are given to is not drawn anew for their sake. */
export function useSteady<Given extends Acts>(acts: Given): Given {
  const latest = useRef<Acts>(acts)
  useLayoutEffect(() => {
    latest.current = acts
  })
  // They read it when something happens, never while something is drawn.
  // eslint-disable-next-line react-hooks/refs
  const [steady] = useState(() =>
    Object.fromEntries(
      Object.keys(acts).map((name) => [name, (...told: never[]) => latest.current[name]?.(...told)] as const),
    ),
  )
  return steady as Given
}
