import { Button, Stack, Text, TextInput } from '@mantine/core'
import { useId, useState, type SyntheticEvent } from 'react'
import { ProblemNotice } from '../ui'
import { useSession, useSignIn } from './session'
import { useText } from './text'

/** However this installation signs people in: by name, at its issuer, or either; quietly below it, its operator. */
export function SignInForm({ returnTo, onDone }: { returnTo: string; onDone: () => void }) {
  const text = useText()
  const { sign_in: ways } = useSession()
  const [who, setWho] = useState({ tenant: '', person: '' })
  const signIn = useSignIn(onDone)
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    signIn.mutate(who)
  }
  return (
    <Stack>
      {ways.issuer && (
        <Button component="a" href={`${ways.issuer.href}?return_to=${encodeURIComponent(returnTo)}`}>
          {text.goTo(ways.issuer.name)}
        </Button>
      )}
      {ways.built_in && (
        <form onSubmit={submit}>
          <Stack>
            <TextInput
              label={text.tenant}
              required
              data-autofocus
              autoComplete="organization"
              value={who.tenant}
              onChange={(event) => setWho({ ...who, tenant: event.target.value })}
            />
            <TextInput
              label={text.person}
              required
              autoComplete="username"
              value={who.person}
              onChange={(event) => setWho({ ...who, person: event.target.value })}
            />
            <ProblemNotice error={signIn.error} />
            <Button type="submit" loading={signIn.isPending}>
              {text.signIn}
            </Button>
            <AsOperator busy={signIn.isPending} onSignIn={() => signIn.mutate({ operator: true })} />
          </Stack>
        </form>
      )}
    </Stack>
  )
}

function AsOperator({ busy, onSignIn }: { busy: boolean; onSignIn: () => void }) {
  const text = useText()
  const about = useId()
  return (
    <div>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        fullWidth
        disabled={busy}
        aria-describedby={about}
        onClick={onSignIn}
      >
        {text.operator}
      </Button>
      <Text id={about} size="xs" ta="center" mt={4} className="mute">
        {text.operatorIs}
      </Text>
    </div>
  )
}
