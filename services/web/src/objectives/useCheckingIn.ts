import { useState } from 'react'
import { useMayChange } from '../time-travel'
import type { Row } from './rows'

/** In which row of the tree one checks in, if in any. */
export function useCheckingIn() {
  const mayChange = useMayChange()
  const [at, setAt] = useState<string | null>(null)
  const isCheckable = ({ objective, keyResult }: Row) =>
    mayChange &&
    objective.state === 'active' &&
    keyResult !== null &&
    keyResult.measure !== 'sum' &&
    !keyResult.cancelled
  return { at, isCheckable, begin: (row: Row) => isCheckable(row) && setAt(row.id), end: () => setAt(null) }
}
