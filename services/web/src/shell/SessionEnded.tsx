import { Modal, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { askAgain, whenSessionEnds } from '../api'
import { goLive } from '../live/connection'
import { useIsOperator } from '../sign-in/roles'
import { sessionQuery } from '../sign-in/session'
import { SignInForm } from '../sign-in/SignInForm'
import { useText } from './text'

/** Says that the session is over, above the page: what was typed there stays, and goes on after signing in again. */
export function SessionEnded() {
  const text = useText()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const wasOperator = useIsOperator()
  const [over, setOver] = useState(false)
  useEffect(() => whenSessionEnds(() => setOver(true)), [])
  const goOn = () => {
    setOver(false)
    // An operator has signed in above a company's page, or somebody of a company above the operator's: theirs is another.
    const isOperator = queries.getQueryData(sessionQuery.queryKey)?.session?.roles.includes('operator') ?? false
    if (isOperator !== wasOperator) return void navigate({ to: '/' })
    goLive(queries)
    void askAgain(queries)
  }
  return (
    <Modal
      opened={over}
      onClose={() => setOver(false)}
      title={text.ended}
      closeButtonProps={{ 'aria-label': text.close }}
    >
      <Text mb="md">{text.endedWhy}</Text>
      <SignInForm returnTo={window.location.pathname + window.location.search} onDone={goOn} />
    </Modal>
  )
}
