import { Button, Stack, TextInput } from '@mantine/core'
import { useState, type SyntheticEvent } from 'react'
import { ProblemNotice } from '../ui'
import { useSession, useSignIn } from './session'
import { useText } from './text'

/** However this installation signs people in: by name, at its issuer, or either. */
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
          </Stack>
        </form>
      )}
    </Stack>
  )
}
