import { useGet } from '../../api'
import { useSession } from '../../sign-in/session'
import { useMayChange } from '../../time-travel'

/**
 * Of which key results of an objective the reader may correct check-ins, or take them back: admins, the objective's owner and contributors
 * of all, others of those that they own. The gateway has the last word; what it would refuse for sure is not offered.
 */
export function useMayMend(objectiveId: string): (keyResultId: string) => boolean {
  const { session } = useSession()
  const mayChange = useMayChange()
  const { data: objective } = useGet('/v1/objectives/{ref}', { path: { ref: objectiveId } })
  const me = session?.person?.id
  if (!mayChange || objective === undefined || me === undefined) return () => false
  const isAdmin = session?.roles.includes('admin') === true
  if (isAdmin || [objective.owner, ...objective.contributors].some((it) => it?.id === me)) return () => true
  const own = objective.key_results.filter(({ owners }) => owners.some(({ person }) => person.id === me))
  return (keyResultId) => own.some(({ id }) => id === keyResultId)
}
