import { Alert, Button, Group, Text, Textarea } from '@mantine/core'
import { BadgeCheck, Hourglass, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { body, client, useCommand, useGet, type Schema } from '../api'
import { useSession } from '../sign-in/session'
import { ProblemNotice } from '../ui'
import { useText } from './text'

const LOOK = {
  submitted: { color: 'yellow', Icon: Hourglass },
  approved: { color: 'green', Icon: BadgeCheck },
  sent_back: { color: 'red', Icon: Undo2 },
} as const

/** How far a draft is on the way to its approval, what was said when it was sent back, and where one approves it. */
export function ApprovalNotice({ objective }: { objective: Schema['Objective'] }) {
  const text = useText()
  const { approval } = objective
  const history = useGet(
    '/v1/objectives/{ref}/history',
    { path: { ref: objective.id }, query: { limit: 50 } },
    { enabled: approval !== null },
  )
  if (approval === null || objective.state !== 'draft') return null
  const { color, Icon } = LOOK[approval]
  const last = history.data?.items.find((it) => it.objective?.id === objective.id && isOfApproval(it.event))
  const said = last?.reason ?? last?.comment
  return (
    <Alert
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
      {approval === 'approved' && <Text size="sm">{text.lapses}</Text>}
      {approval === 'submitted' && <Approving objective={objective} />}
    </Alert>
  )
}

const isOfApproval = (event: string) => /Objective(Submitted|Approved|SentBack)/.test(event)

/** For admins, and who owns what it is aligned to; nobody but admins approves what is their own. */
function Approving({ objective }: { objective: Schema['Objective'] }) {
  const text = useText()
  const { session } = useSession()
  const me = session?.person?.id
  const above = objective.parent?.objective?.id
  const parent = useGet('/v1/objectives/{ref}', { path: { ref: above ?? '' } }, { enabled: above !== undefined })
  const own = objective.owner?.id === me || objective.created_by?.id === me
  const approves = session?.roles.includes('admin') === true || (parent.data?.owner?.id === me && !own)
  const [reason, setReason] = useState('')
  const at = { path: { ref: objective.id } }
  const seen = `"${objective.version}"`
  const approve = useCommand((said: Schema['Approving'], header) =>
    body(
      client.POST('/v1/objectives/{ref}/approve', {
        params: { ...at, header: { ...header, 'If-Match': seen } },
        body: said,
      }),
    ),
  )
  const sendBack = useCommand((said: Schema['SendingBack'], header) =>
    body(client.POST('/v1/objectives/{ref}/send-back', { params: { ...at, header }, body: said })),
  )
  if (!approves) return null
  return (
    <>
      <ProblemNotice error={approve.error ?? sendBack.error} />
      <Textarea
        label={text.sendBackWhy}
        autosize
        my="xs"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Group>
        <Button size="sm" loading={approve.isPending} onClick={() => approve.mutate({ comment: '' })}>
          {text.approve}
        </Button>
        <Button
          size="sm"
          variant="default"
          disabled={reason.trim() === ''}
          loading={sendBack.isPending}
          onClick={() => sendBack.mutate({ reason })}
        >
          {text.sendBack}
        </Button>
      </Group>
    </>
  )
}
