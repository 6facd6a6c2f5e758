import { Modal, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { askAgain, whenSessionEnds } from '../api'
import { goLive } from '../live/connection'
import { useSession } from '../sign-in/session'
import { SignInForm } from '../sign-in/SignInForm'
import { useText } from './text'

/**
 * Says that the session is over, above the page: what was typed there stays, and goes on after signing in again. Where somebody else is
 * signed in now, above the page or in another tab, nothing of whoever it was is kept.
 */
export function SessionEnded() {
  const text = useText()
  const queries = useQueryClient()
  const { session } = useSession()
  const who = session && `${session.tenant?.name} ${session.person?.id}`
  const [whoWas] = useState(who)
  const isAnother = who !== null && who !== whoWas
  const [over, setOver] = useState(false)
  useEffect(() => whenSessionEnds(() => setOver(true)), [])
  useEffect(() => {
    if (!isAnother) return
    sessionStorage.clear()
    window.location.assign('/')
  }, [isAnother])
  const goOn = () => {
    setOver(false)
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
