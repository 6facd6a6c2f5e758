import { Button } from '@mantine/core'
import { RefreshCw } from 'lucide-react'
import { useIsOneOf } from '../../sign-in/roles'
import { Board, Page } from '../../ui'
import { NotForYou } from '../NotForYou'
import { DeadLetters } from './DeadLetters'
import './operator.css'
import { useDeadLetters, useStatus } from './queries'
import { Reconciliation } from './Reconciliation'
import { Services } from './Services'
import { useText } from './text'

/** Whether all is well: every service, what it took in against the logs, and the messages that could not be consumed. */
export function OperatorPage() {
  const text = useText()
  const mayWatch = useIsOneOf('admin', 'auditor', 'operator')
  if (!mayWatch)
    return (
      <Page title={text.title}>
        <NotForYou forWhom="watchers" />
      </Page>
    )
  return <Operation />
}

function Operation() {
  const text = useText()
  const status = useStatus()
  const letters = useDeadLetters()
  const again = (
    <Button
      size="xs"
      variant="default"
      leftSection={<RefreshCw size={14} aria-hidden />}
      loading={letters.isRefetching}
      onClick={() => void Promise.all([status.refetch(), letters.refetch()])}
    >
      {text.lookAgain}
    </Button>
  )
  return (
    <Page title={text.title} actions={again}>
      <Board>
        <Services asked={status} />
        <Reconciliation asked={status} />
        <DeadLetters asked={letters} />
      </Board>
    </Page>
  )
}
