import { Alert, Center, Paper, Stack, Text, Title } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useSession } from './session'
import { SignInForm } from './SignInForm'
import { useText } from './text'

/** Where one signs in; and is told why one has to do so again. */
export function SignInPage() {
  const text = useText()
  const navigate = useNavigate()
  const { return_to: returnTo = '/', failed } = useSearch({ from: '/sign-in' })
  const { ended } = useSession()
  return (
    <Center component="main" mih="100%" p="md">
      <title>{`${text.title} · Cairn`}</title>
      <Paper withBorder shadow="sm" p="xl" w="100%" maw={400}>
        <Stack>
          <img src="/favicon.svg" width={44} height={44} alt="" />
          <div>
            <Title order={1} size="h3">
              {text.title}
            </Title>
            <Text className="mute">{text.why}</Text>
          </div>
          {(failed ?? ended) && (
            <Alert role="status" color="blue" variant="outline">
              {failed === undefined ? text.ended : (text.failures[failed] ?? text.failed)}
            </Alert>
          )}
          <SignInForm returnTo={returnTo} onDone={() => void navigate({ href: pathOf(returnTo), replace: true })} />
        </Stack>
      </Paper>
    </Center>
  )
}

/** A path of this app: an address that somebody made up leads nowhere else. */
function pathOf(address: string): string {
  const url = new URL(address, window.location.origin)
  return url.origin === window.location.origin ? `${url.pathname}${url.search}` : '/'
}
