import { Alert, Button, Group, Text } from '@mantine/core'
import { BadgeCheck, Hourglass, Undo2 } from 'lucide-react'
import { useState } from 'react'
import type { Schema } from '../api'
import { useMayChange } from '../time-travel'
import { ActionDialog } from './actions/ActionDialog'
import { useApproval } from './actions/useApproval'
import { useHistory } from './history/queries'
import { useText } from './text'

const LOOK = {
  submitted: { color: 'yellow', Icon: Hourglass },
  approved: { color: 'green', Icon: BadgeCheck },
  sent_back: { color: 'red', Icon: Undo2 },
} as const

type Objective = Schema['Objective']
type Asked = Objective & { approval: Schema['Approval'] }

/** How far a draft is on the way to its approval, what was said with that, and where one approves it. */
export function ApprovalNotice({ objective }: { objective: Objective }) {
  return isAsked(objective) ? <Notice objective={objective} /> : null
}

const isAsked = (objective: Objective): objective is Asked => objective.state === 'draft' && objective.approval !== null
const isOfApproval = (event: string) => /Objective(Submitted|Approved|SentBack)$/.test(event)

function Notice({ objective }: { objective: Asked }) {
  const text = useText()
  const mayChange = useMayChange()
  const { approval } = objective
  const { changes } = useHistory(objective.id)
  const { color, Icon } = LOOK[approval]
  const last = changes.find((it) => isOfApproval(it.event))
  const said = last?.reason ?? last?.comment
  return (
    <Alert
      p="xs"
      variant="outline"
      color={color}
      icon={<Icon size={16} aria-hidden />}
      role="status"
      title={text.approvals[approval]}
    >
      {said && (
        <Text size="sm">
          “{said}” {last?.actor?.name ?? last?.actor?.handle}
        </Text>
      )}
      {approval === 'approved' && <Text size="sm">{text.approvalLapses}</Text>}
      {approval === 'submitted' && mayChange && <Approving objective={objective} />}
    </Alert>
  )
}

function Approving({ objective }: { objective: Objective }) {
  const text = useText()
  const { mayApprove, approver } = useApproval(objective)
  const [asked, setAsked] = useState<'approve' | 'sendBack' | null>(null)
  if (!mayApprove) return <Text size="sm">{text.approvedBy(approver?.name ?? approver?.handle ?? null)}</Text>
  return (
    <Group gap="xs" mt="xs">
      <Button size="xs" onClick={() => setAsked('approve')}>
        {text.actions.approve.name}
      </Button>
      <Button size="xs" variant="default" onClick={() => setAsked('sendBack')}>
        {text.actions.sendBack.name}
      </Button>
      {asked !== null && <ActionDialog action={asked} objective={objective} onClose={() => setAsked(null)} />}
    </Group>
  )
}
