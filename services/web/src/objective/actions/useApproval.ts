import { useGet, type Schema } from '../../api'
import { useSetting } from '../../creating/queries'
import { useSession } from '../../sign-in/session'
import { useMayChange } from '../../time-travel'

/** What a draft needs before it is active here, and what of that the reader may give it. */
export type Approving = {
  wanted: boolean
  mayActivate: boolean
  mayApprove: boolean
  /** Who may approve it beside the admins; null: nobody. */
  approver: Schema['PersonName'] | null
}

/** Admins approve, and who owns what it is aligned to; nobody but admins what is their own. Admins need nobody's approval. */
export function useApproval(objective: Schema['Objective']): Approving {
  const { session } = useSession()
  const mayChange = useMayChange()
  const draft = objective.state === 'draft' && mayChange
  const wanted = useSetting('approval', draft) === 'on'
  const above = objective.parent?.objective?.id
  const asked = draft && objective.approval !== null && above !== undefined
  const parent = useGet('/v1/objectives/{ref}', { path: { ref: above ?? '' } }, { enabled: asked })
  const me = session?.person?.id
  const admin = session?.roles.includes('admin') === true
  const own = objective.owner?.id === me || objective.created_by?.id === me
  const approver = parent.data?.owner ?? null
  return {
    wanted,
    approver,
    mayActivate: !wanted || admin || objective.approval === 'approved',
    mayApprove: admin || (approver?.id === me && !own),
  }
}
