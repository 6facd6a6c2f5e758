import { useSaid } from './texts'

/** What is wrong with what a field holds: as `ProblemWords`, in the one line below the field. */
export function FieldProblem({ reason, message }: { reason: string; message: string }) {
  const said = useSaid()
  if (said === null) return <span lang="en">{message}</span>
  // Of several fields at once it says that some are wrong; at this one it is this one.
  const words = said(reason === 'INVALID_ARGUMENT' ? 'AT_FIELD' : reason)
  return (
    <>
      {words.join(' ')} <span lang="en">{message}</span>
    </>
  )
}
